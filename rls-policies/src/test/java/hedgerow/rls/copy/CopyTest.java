package hedgerow.rls.copy;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadLimits;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CopyTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static CopyLab lab;

    @BeforeAll
    static void start() throws SQLException {
        lab = new CopyLab(DATABASE.major());
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    void a_schema_of_every_kind_has_a_copy_with_the_same_catalog_and_any_change_is_noticed()
            throws IOException, SQLException {
        var script = text("kinds") + (DATABASE.major() >= 18 ? text("kinds18") : "");
        copied(script, copied -> {
            var copy = copied.copy();
            assertThat(copy.missing()).isEmpty();
            assertThat(copied.unlike()).isEmpty();
            var passwords = "select count(*) from pg_authid where rolpassword is not null and rolname like 'kinds%'";
            assertThat(ask(copy.connection(), passwords)).isEqualTo("0");
            var named = "select count(*) from pg_class where relname = 'a''; drop role kinds_app; --'";
            assertThat(ask(copy.connection(), named)).isEqualTo("1");
            assertChangesAreNoticed(copied);
        });
    }

    /// Changes of the copy, and the fact that reveals each.
    private static final Map<String, String> CHANGES = Map.ofEntries(
            Map.entry(
                    "alter policy fence on kinds.plain using (tenant <> (select kinds.tenant()))",
                    "relations kinds.plain: policies"),
            Map.entry("alter policy writes on kinds.child to kinds_app", "relations kinds.child: policies"),
            Map.entry("alter table kinds.plain disable row level security", "relations kinds.plain: rowSecurity"),
            Map.entry("alter table kinds.plain no force row level security", "relations kinds.plain: forced"),
            Map.entry("alter table kinds.base owner to kinds_app", "relations kinds.base: owner"),
            Map.entry("alter table kinds.plain alter column tenant drop not null", "relations kinds.plain: columns"),
            Map.entry("alter table kinds.plain enable trigger \"note it\"", "relations kinds.plain: triggers"),
            Map.entry("alter table kinds.child drop constraint home", "relations kinds.child: constraints"),
            Map.entry(
                    "alter view kinds.plain_view set (security_invoker = false)",
                    "relations kinds.plain_view: options"),
            Map.entry(
                    "create or replace view kinds.by_function as"
                            + " select kinds.kinds_row(p) from kinds.plain p where p.id > 0",
                    "relations kinds.by_function: rules"),
            Map.entry("drop rule no_delete on kinds.base", "relations kinds.base: rules"),
            Map.entry("drop index kinds.plain_slug_idx", "relations kinds.plain: indexes"),
            Map.entry("alter function kinds.tenant() security invoker", "functions kinds.tenant(): securityDefiner"),
            Map.entry("alter function kinds.tenant() volatile", "functions kinds.tenant(): volatility"),
            Map.entry("alter function kinds.tenant() reset app.x", "functions kinds.tenant(): settings"),
            Map.entry(
                    "create or replace function kinds.note() returns trigger language plpgsql as 'begin return old;"
                            + " end'",
                    "functions kinds.note(): body"),
            Map.entry("revoke select on kinds.plain from kinds_app cascade", "relations kinds.plain: grants"),
            Map.entry("grant usage on schema kinds to public", "schemas kinds: grants"),
            Map.entry(
                    "grant execute on function pg_catalog.set_config(text, text, boolean) to public",
                    "functions pg_catalog.set_config(text, text, boolean): grants"),
            Map.entry("grant create on schema pg_catalog to kinds_app", "schemas pg_catalog: grants"),
            Map.entry("alter role kinds_app bypassrls", "roles kinds_app: bypasses"),
            Map.entry("grant kinds_boss to kinds_app", "memberships kinds_app kinds_boss: set"),
            Map.entry("alter role kinds_app reset app.tenant", "storedSettings any kinds_app: settings"),
            Map.entry("alter publication selected drop table kinds.child", "publications selected: relations"));

    private static void assertChangesAreNoticed(CopyLab.Copied copied) throws SQLException {
        var admin = copied.copy().connection();
        admin.setAutoCommit(false);
        for (var change : CHANGES.keySet()) {
            CopyLab.execute(admin, change);
        }
        var superuser = Optional.of(admin.getMetaData().getUserName());
        var before = CatalogFacts.of(copied.catalog(), Optional.empty());
        var after = CatalogFacts.of(Catalog.read(admin), superuser);
        admin.rollback();
        admin.setAutoCommit(true);
        var noticed = Stream.concat(different(before, after), different(after, before))
                .collect(Collectors.toSet());
        assertThat(noticed).containsAll(CHANGES.values());
    }

    private static Stream<String> different(
            SortedMap<CatalogFacts.Thing, SortedSet<String>> some,
            SortedMap<CatalogFacts.Thing, SortedSet<String>> others) {
        return some.entrySet().stream()
                .flatMap(thing -> thing.getValue().stream()
                        .filter(fact -> !others.getOrDefault(thing.getKey(), Collections.emptySortedSet())
                                .contains(fact))
                        .map(fact -> thing.getKey() + ": " + fact.substring(0, fact.indexOf(':'))));
    }

    @Test
    void objects_that_cannot_be_copied_are_named_with_their_dependents() throws IOException, SQLException {
        copied(text("not_copied"), copied -> {
            var copy = copied.copy();
            assertThat(copy.missing())
                    .extracting(SchemaCopy.Missing::object)
                    .contains(
                            "table un.remote",
                            "server other",
                            "foreign-data wrapper far",
                            "event trigger loud",
                            "function un.native(text, text)",
                            "policy by_native of un.local",
                            "text search configuration un.words",
                            "table un.searched");
            assertThat(copy.missing())
                    .filteredOn(missing -> missing.object().equals("function un.native(text, text)"))
                    .singleElement()
                    .satisfies(missing -> {
                        assertThat(missing.reason()).isEqualTo("it is written in C");
                        assertThat(missing.affected()).contains("un.native(text, text)", "un.local", "un.over_local");
                    });
            assertThat(copy.lacking()).containsKeys("un.remote", "un.local", "un.searched", "un.over_remote");
            assertThat(copy.missing()).noneMatch(missing -> missing.toString().contains("untouched"));
            assertThat(copy.lacking()).doesNotContainKey("un.untouched");
        });
    }

    @Test
    void code_of_the_source_achieves_nothing_while_it_is_copied() throws IOException, SQLException {
        var marker = Path.of(System.getProperty("java.io.tmpdir"), "hedgerow-struck-" + UUID.randomUUID());
        var script = text("hostile").replace("$marker$", marker.toString());
        copied(script, copied -> {
            var copy = copied.copy();
            var admin = copy.connection();
            assertThat(ask(admin, "select count(*) from pg_roles where rolname = 'victim'"))
                    .isEqualTo("1");
            assertThat(ask(admin, "select count(*) from pg_roles where rolname = 'intruder'"))
                    .isEqualTo("0");
            assertThat(ask(admin, "select setting from pg_settings where name = 'autovacuum'"))
                    .isEqualTo("off");
            assertThat(copy.missing())
                    .extracting(SchemaCopy.Missing::object)
                    .contains("table hostile.kept", "policy fence of hostile.kept");
            assertThat(copy.lacking()).containsKey("hostile.kept");
            var powerful = "select count(*) from pg_proc where oid >= 16384 and prosecdef";
            assertThat(ask(admin, powerful)).isEqualTo("0");
        });
        assertThat(marker).doesNotExist();
    }

    private static final String BAIT = """
        create role boss superuser;
        create role app login;
        grant execute on function pg_catalog.pg_read_file(text) to app;
        grant pg_read_server_files, pg_execute_server_program to app;
        create table bait (attack text);
        create table tried (attack text, state text);
        grant insert on bait, tried to app;
        create function bite() returns trigger security definer language plpgsql as $$
        begin
            execute new.attack;
            insert into tried values (new.attack, '00000');
            return new;
        exception when others then
            insert into tried values (new.attack, sqlstate);
            return new;
        end $$;
        create trigger bite before insert on bait for each row execute function bite();
        create function bite_as_caller() returns trigger language plpgsql as $$
        begin
            perform pg_read_file('PG_VERSION');
            insert into tried values ('file', '00000');
            return new;
        exception when others then
            insert into tried values ('file', sqlstate);
            return new;
        end $$;
        create trigger caller before insert on bait for each row execute function bite_as_caller();
        """;

    @Test
    void triggers_of_a_superuser_of_the_source_get_nowhere_on_the_stage() throws SQLException {
        copied(BAIT, copied -> {
            assertThat(copied.copy().missing()).isEmpty();
            try (var stage = copied.copy().stage()) {
                for (var attack : List.of(
                        "copy tried to program 'cat'",
                        "create role mole superuser",
                        "alter role app superuser",
                        "select pg_read_file('PG_VERSION')",
                        "create function c() returns int language c as 'libc', 'abort'",
                        "alter system set archive_command = 'id'")) {
                    CopyLab.execute(stage, "set role app");
                    CopyLab.execute(
                            stage, "insert into public.bait values ('%s')".formatted(attack.replace("'", "''")));
                    CopyLab.execute(stage, "reset role");
                    var states = "select string_agg(state, ' ' order by attack = 'file') from public.tried";
                    assertThat(ask(stage, states)).as(attack).isIn("42501 42501", "25001 42501");
                    stage.rollback();
                }
            }
        });
    }

    /// A default whose parsing runs the check of a domain.
    private static final String ENDLESS = """
        create function turn() returns boolean language plpgsql as 'begin return true; end';
        create function calm(int) returns boolean language sql immutable as 'select public.turn()';
        create domain trap as int check (public.calm(value));
        create table trapped (traps trap[] default '{1}');
        create table untouched (id int);
        create or replace function turn() returns boolean language plpgsql as $$
        begin
            loop
                begin
                    perform pg_sleep(60);
                exception when query_canceled then null;
                end;
            end loop;
        end $$;
        """;

    @Test
    void code_that_does_not_return_is_ended_and_the_blocked_objects_are_named() throws SQLException {
        var brief = new LoadLimits(1 << 20, 1, 1L << 30, Duration.ofSeconds(1), Duration.ofMinutes(1));
        try (var source = DATABASE.admin();
                var impatient = new CopyLab(DATABASE.major(), brief)) {
            source.setAutoCommit(false);
            CopyLab.load(source, ENDLESS);
            impatient.copy(source, copied -> {
                assertThat(copied.copy().lacking())
                        .containsKey("public.trapped")
                        .doesNotContainKey("public.untouched");
                var busy = "select count(*) from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()"
                        + " and backend_type = 'client backend'";
                assertThat(ask(copied.copy().connection(), busy)).isEqualTo("0");
            });
            source.rollback();
        }
    }

    private static void copied(String script, CopyLab.Look look) throws SQLException {
        try (var source = DATABASE.admin()) {
            source.setAutoCommit(false);
            CopyLab.load(source, script);
            lab.copy(source, look);
            source.rollback();
        }
    }

    private static String text(String name) throws IOException {
        return Files.readString(Path.of("src/test/resources/hedgerow/rls/copy", name + ".sql"));
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
