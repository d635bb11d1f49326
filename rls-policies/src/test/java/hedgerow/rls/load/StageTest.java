package hedgerow.rls.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Code of hostile files runs on a stage and achieves nothing.
class StageTest {

    /// Attacks that a trigger tries, each of which returns the SQLSTATE of the error; 00000 if it
    /// succeeded.
    private static final List<String> ATTACKS = List.of(
            "copy loot from program 'id'",
            "copy loot to program 'cat'",
            "copy loot to '/tmp/hedgerow-loot'",
            "perform pg_read_file('/etc/passwd')",
            "perform pg_ls_dir('/')",
            "perform pg_stat_file('PG_VERSION')",
            "perform lo_import('/etc/passwd')",
            "create role mole superuser",
            "create role mole",
            "alter role creator createrole",
            "alter role app password 'x'",
            "grant pg_execute_server_program to app",
            "set session authorization hedgerow_superuser",
            "set role hedgerow_superuser",
            "set role pg_execute_server_program",
            "set role pg_read_server_files",
            "alter system set archive_command = 'id'",
            "create function c() returns int language c as 'libc', 'abort'",
            "update pg_catalog.pg_authid set rolsuper = true",
            "create extension file_fdw",
            "create subscription s connection 'host=127.0.0.1' publication p",
            "perform pg_terminate_backend(pid) from pg_stat_activity where usename = 'hedgerow_superuser'");

    private static final String FILE = """
        create role boss superuser login;
        create role creator createrole login;
        create role app login;
        create role reader login;
        grant pg_read_server_files, pg_execute_server_program to reader;
        grant execute on function pg_catalog.pg_read_file(text) to reader;
        create table loot (line text);
        create table tried (attack text, state text);
        create table bait (id int, attack text);
        alter table bait enable row level security;
        create policy bites on bait for insert with check (true);
        grant all on loot, tried, bait to public;
        create function bite() returns trigger language plpgsql as $$
        begin
            begin
                execute format('do %L', 'begin ' || new.attack || '; end');
                insert into tried values (new.attack, '00000');
            exception when others then
                insert into tried values (new.attack, sqlstate);
            end;
            return new;
        end $$;
        create trigger bite before insert on bait for each row execute function bite();
        create function spin() returns void language plpgsql as $$
        begin
            perform set_config('statement_timeout', '0', false);
            loop
                begin
                    perform pg_sleep(60);
                exception when query_canceled then null;
                end;
            end loop;
        end $$;
        """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void a_trigger_gets_nowhere_as_anybody(int version) throws SQLException, IOException {
        try (var loaded = load(version);
                var stage = loaded.stage()) {
            for (var role : List.of("none", "postgres", "boss", "creator", "reader")) {
                for (var attack : ATTACKS) {
                    assertThat(state(stage, role, attack))
                            .as("%s: %s", role, attack)
                            .isIn("42501", "42704", "0LP01", "0A000", "58P01", "25001", "42939");
                }
            }
            assertThat(state(stage, "none", "perform 1")).isEqualTo("00000");
            assertThat(ask(loaded.connection(), "select count(*) from pg_roles where rolsuper"))
                    .isEqualTo("1");
        }
    }

    /// A row goes although a trigger or another row would keep it, to see what its absence changes.
    @Test
    void it_switches_triggers_and_references_off() throws SQLException, IOException {
        try (var loaded = load(EmbeddedPostgres.USUAL);
                var stage = loaded.stage()) {
            execute(stage, "set local session_replication_role = replica");
            assertThat(ask(stage, "show session_replication_role")).isEqualTo("replica");
        }
    }

    @Test
    void it_leads_back_to_nobody() throws SQLException, IOException {
        try (var loaded = load(EmbeddedPostgres.USUAL);
                var stage = loaded.stage()) {
            for (var sql : List.of("reset session authorization", "reset role", "set session authorization default")) {
                execute(stage, "set role app");
                execute(stage, sql);
                assertThat(ask(stage, "select rolsuper from pg_roles where rolname = current_user"))
                        .isEqualTo("f");
                assertThat(ask(stage, "show is_superuser")).isEqualTo("off");
            }
        }
    }

    @Test
    void no_policy_binds_it_and_it_becomes_anybody() throws SQLException, IOException {
        try (var loaded = load(EmbeddedPostgres.USUAL);
                var stage = loaded.stage()) {
            execute(stage, "insert into public.bait values (1, 'perform 1')");
            assertThat(ask(stage, "select count(*) from public.bait")).isEqualTo("1");
            execute(stage, "set role app");
            assertThat(ask(stage, "select count(*) from public.bait")).isEqualTo("0");
            execute(stage, "set role boss");
            assertThat(ask(stage, "select count(*) from public.bait")).isEqualTo("1");
        }
    }

    @Test
    void a_statement_that_does_not_return_breaks_the_session() throws SQLException, IOException {
        try (var loaded = load(EmbeddedPostgres.USUAL);
                var stage = loaded.stage()) {
            var start = Instant.now();
            assertThatThrownBy(() -> ask(stage, "select public.spin()")).isInstanceOf(SQLException.class);
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(40));
            assertThat(stage.isClosed()).isTrue();
            assertThat(ask(loaded.connection(), "select 1")).isEqualTo("1");
        }
    }

    private LoadedDatabase load(int version) throws IOException {
        var file = Files.writeString(folder.resolve("hostile.sql"), FILE);
        return LoadedDatabase.load(List.of(file), version, Optional.empty(), List.of(), _ -> {});
    }

    /// The result of an attack by a trigger while `role` inserted; undone.
    private static String state(Connection stage, String role, String attack) throws SQLException {
        try {
            execute(stage, "set role " + role);
            try (var insert = stage.prepareStatement("insert into public.bait values (1, ?)")) {
                insert.setString(1, attack);
                insert.execute();
            }
            return ask(stage, "select state from public.tried");
        } finally {
            stage.rollback();
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
