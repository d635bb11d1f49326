package hedgerow.rls.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.rls.review.Config;
import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Location;
import hedgerow.rls.review.Progress;
import hedgerow.rls.review.Review;
import hedgerow.rls.review.Reviewer;
import hedgerow.rls.review.RuleCatalog;
import hedgerow.rls.review.Severity;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.ScriptPiece.Statement;
import hedgerow.sql.SqlScript;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadedDatabaseTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final Path RESOURCES = Path.of("src/test/resources/hedgerow/rls/load");

    @TempDir
    private Path folder;

    @Test
    void a_dump_loads_as_far_as_possible_and_lists_the_gaps() throws SQLException {
        try (var loaded = load(List.of(RESOURCES.resolve("dump.sql")), Optional.empty(), LoadLimits.USUAL)) {
            var origin = loaded.origin();
            assertThat(origin.gaps())
                    .satisfiesExactly(
                            gap -> assertThat(gap).contains("dump.sql:22: extension vector is not in the server"));
            assertThat(origin.assumptions())
                    .contains("type vector is not in the server that loads the files: text stands in for it")
                    .contains("the data of 1 COPY statements was skipped: rows are not reviewed")
                    .contains("role app_user is made up, because the files use it but do not create it; "
                            + "it is taken for a login")
                    .anyMatch(line -> line.startsWith("role app_owner is made up") && line.contains("not log in"));
            assertThat(query(loaded, """
                select rel.relowner::regrole || ' ' || rel.relrowsecurity || ' ' || pro.proleakproof || ' '
                    || (select puballtables from pg_publication) || ' ' || has_table_privilege('app_user', rel.oid,
                       'select') || ' ' || (select count(*) from pg_auth_members mem
                                             where mem.member = 'postgres'::regrole)
                  from pg_class rel, pg_proc pro
                 where rel.relname = 'invoice' and pro.proname = 'tenant'
                """)).isEqualTo("app_owner true true true true 0");
            var place =
                    origin.locations().apply("policy tenant on public.invoice").orElseThrow();
            assertThat(place.file()).endsWith("dump.sql");
            assertThat(place.line()).isEqualTo(55);
            assertThat(origin.locations()
                            .apply("function public.tenant()")
                            .orElseThrow()
                            .line())
                    .isEqualTo(29);
            assertThat(origin.locations()
                            .apply("column note of public.invoice")
                            .orElseThrow()
                            .line())
                    .isEqualTo(39);
            assertThat(origin.locations().apply("role nobody")).isEmpty();
            assertThat(review(loaded).partial()).isTrue();
        }
    }

    /// The server's own superuser and the loader of the files serve no requests; a superuser of the files
    /// may.
    @Test
    void only_superusers_of_the_files_are_findings() throws SQLException, IOException {
        var file = write("superuser.sql", """
            create role boss superuser login;
            create table public.note (tenant_id uuid not null, id int primary key);
            grant select on public.note to postgres;
            """);
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(review(loaded, "login-superuser").findings())
                    .extracting(Finding::object)
                    .containsExactly("role boss");
        }
    }

    @Test
    void no_fix_names_the_role_that_runs_the_files() throws SQLException, IOException {
        var file = write("named.sql", """
            create role web login;
            create schema shop;
            create table shop.invoice (tenant_id uuid not null, id int primary key);
            alter default privileges in schema shop grant all on tables to public;
            alter default privileges grant all on tables to web;
            grant all on all tables in schema shop to web;
            grant usage, create on schema shop to web;
            create function shop.all() returns setof shop.invoice language sql security definer as
                'select * from shop.invoice';
            create view shop.shown as select * from shop.invoice;
            grant select on shop.shown to web;
            create publication everything for table shop.invoice;
            """);
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            var reviewer = new Reviewer(RuleCatalog.load(), Config.NONE, page -> true);
            var review = reviewer.review(loaded.connection(), loaded.origin(), Progress.NONE);
            var fixes = review.review().findings().stream()
                    .flatMap(finding -> finding.fix().stream())
                    .toList();
            assertThat(fixes)
                    .hasSizeGreaterThan(8)
                    .contains(
                            "alter default privileges in schema shop revoke all on tables from public",
                            "alter default privileges revoke all on tables from web")
                    .noneMatch(fix -> fix.contains("postgres") || fix.contains("hedgerow"));
        }
    }

    /// Otherwise no hole would be in anybody's reach.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                       | application may read and write them all",
                "create role web login                                    | web may read and write them all",
                "create role application superuser                        | assumed_application may read and write",
                "create role web nologin; grant select on public.note to web | login roles: web"
            })
    void somebody_uses_the_tables(String roles, String assumption) throws SQLException, IOException {
        var file =
                write("notes.sql", "create table public.note (tenant_id uuid not null, id int primary key);" + roles);
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            var review = review(loaded, "rls-disabled");
            assertThat(review.findings()).extracting(Finding::severity).containsExactly(Severity.ERROR);
            assertThat(review.assumptions()).anyMatch(line -> line.contains(assumption));
        }
    }

    @Test
    void statements_that_reach_out_are_refused_and_superusers_come_last() throws SQLException, IOException {
        var file = RESOURCES.resolve("hostile.sql");
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            var lines = Files.readAllLines(file);
            for (var i = 0; i < lines.size(); i++) {
                var place = "%s:%d: ".formatted(file, i + 1);
                if (lines.get(i).endsWith("-- refused") || lines.get(i).startsWith("\\!")) {
                    assertThat(loaded.origin().gaps()).anyMatch(gap -> gap.startsWith(place));
                }
            }
            try (var marks = Files.newDirectoryStream(Path.of("/tmp"), "hedgerow-pwned-*")) {
                assertThat(marks).isEmpty();
            }
            assertThat(query(loaded, "select count(*) from public.loot")).isEqualTo("0");
            assertThat(query(loaded, "select string_agg(rolname, ' ' order by rolname) from pg_roles where rolsuper"))
                    .isEqualTo("evil hedgerow_superuser postgres");
            assertThat(query(loaded, "select proleakproof from pg_proc where proname = 'lp'"))
                    .isEqualTo("t");
            assertThat(query(loaded, "select count(*) from pg_authid where rolpassword is not null"))
                    .isEqualTo("0");
            assertThat(query(loaded, "select count(*) from pg_stat_activity where usename = 'postgres'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void an_endless_loop_is_ended_and_everything_before_it_is_reviewed() throws SQLException, IOException {
        var endless = write("endless.sql", """
            create table public.before (tenant_id uuid);
            select pg_sleep(60);
            do $$ begin loop
                begin perform pg_sleep(1); exception when query_canceled then null; end;
            end loop; end $$;
            create table public.after (tenant_id uuid);
            """);
        var limits = new LoadLimits(1 << 20, 10, 1L << 30, Duration.ofSeconds(1), Duration.ofSeconds(4));
        var begun = Instant.now();
        try (var loaded = load(List.of(endless), Optional.empty(), limits)) {
            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(40));
            assertThat(loaded.origin().gaps())
                    .satisfiesExactly(
                            gap -> assertThat(gap).contains("endless.sql:2: ", "57014"),
                            gap -> assertThat(gap).contains("endless.sql:3: loading ended here"),
                            gap -> assertThat(gap).isEqualTo("loading was stopped: the files ran for 4 s"));
            assertThat(query(
                            loaded,
                            "select to_regclass('public.before') || '' || (to_regclass('public.after') is null)"))
                    .isEqualTo("public.beforetrue");
        }
    }

    @Test
    void a_statement_that_fills_the_disk_is_ended() throws SQLException, IOException {
        var greedy = write("greedy.sql", """
            create table public.g (a text);
            do $$ begin
                for i in 1..1000000 loop insert into public.g select repeat('x', 1000) from generate_series(1, 1000);
                end loop;
            end $$;
            """);
        var limits = new LoadLimits(1 << 20, 10, 60L << 20, Duration.ofSeconds(30), Duration.ofSeconds(60));
        try (var loaded = load(List.of(greedy), Optional.empty(), limits)) {
            assertThat(loaded.origin().gaps()).contains("loading was stopped: the files took more than 60 MB");
        }
    }

    @Test
    void gigabytes_are_refused_before_they_are_read() throws IOException {
        var large = folder.resolve("large.sql");
        try (var file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(4L << 30);
        }
        assertThatThrownBy(() -> load(List.of(large), Optional.empty(), LoadLimits.USUAL))
                .isInstanceOf(LoadProblem.class)
                .hasMessageContaining("is larger than 64 MB");
        assertThatThrownBy(() -> load(List.of(Path.of("/dev/zero")), Optional.empty(), LoadLimits.USUAL))
                .isInstanceOf(LoadProblem.class)
                .hasMessageContaining("is neither a file nor a directory");
    }

    @Test
    void migrations_run_by_name_and_are_not_taken_back() throws SQLException, IOException {
        write("V10__drop.sql", "begin; alter table public.t drop column a; commit;");
        write("V2__make.sql", """
            begin;
            create table public.t (a int, b int);
            create table public.t (again int);
            create table public.u (a int);
            commit;
            begin; create table public.rolled_back (a int); rollback;
            """);
        write("V3.down.sql", "drop table public.t;");
        write("sub/V11__policies.sql", """
            alter table public.t enable row level security;
            -- migrate:down
            drop table public.t;
            """);
        write("V12__open.sql", "begin; create table public.unfinished (a int);");
        write("V13__broken.sql", "create table public.v (a text default 'no end);");
        try (var loaded = load(List.of(folder), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps())
                    .satisfiesExactlyInAnyOrder(
                            gap -> assertThat(gap).contains("V2__make.sql:3: ", "already exists"),
                            gap -> assertThat(gap).contains("V12__open.sql: ends inside a transaction"),
                            gap -> assertThat(gap).contains("V13__broken.sql:1:", "nothing of this file was loaded"));
            assertThat(query(loaded, """
                select string_agg(relname || ' ' || relrowsecurity || ' ' || relnatts, ', ' order by relname)
                  from pg_class where relnamespace = 'public'::regnamespace
                """)).isEqualTo("t true 2, u false 1, unfinished false 1");
        }
    }

    @Test
    void a_preset_carries_a_migration() throws SQLException, IOException {
        var file = write("migration.sql", """
            create table public.note (owner_id uuid not null, id int primary key);
            alter table public.note enable row level security;
            create policy own on public.note to authenticated using (owner_id = (select auth.uid()));
            create policy files on storage.objects for select to anon using (bucket_id = 'public');
            insert into storage.buckets (id, name, public) values ('public', 'public', true);
            """);
        try (var loaded = load(List.of(file), Optional.of(Preset.SUPABASE), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(review(loaded).gaps()).isEmpty();
            assertThat(query(loaded, "select rolsuper from pg_roles where rolname = 'postgres'"))
                    .isEqualTo("f");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_preset_is_a_script_that_runs(Preset preset) throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("""
                do $$ declare name text; begin
                    for name in select rolname from pg_roles where rolname like 'hedgerow%' loop
                        execute format('alter role %I rename to %I', name, 'other_' || name);
                    end loop;
                end $$
                """);
            statement.execute(preset.prelude());
            connection.rollback();
        }
    }

    @Test
    void files_that_psql_would_include_are_loaded_once_and_in_their_place() throws IOException, SQLException {
        var folder = this.folder.resolve("reviewed");
        write("reviewed/index.sql", "\\ir parts/b.sql\n\\i parts/c.sql\n");
        write("reviewed/parts/b.sql", "create table b (id int);\n\\ir 'd.sql'\n");
        write("reviewed/parts/c.sql", "create table c (like d);");
        write("reviewed/parts/d.sql", "create table d (like b);");
        try (var loaded = load(List.of(folder), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(tables(loaded)).isEqualTo("b c d");
            assertThat(loaded.origin()
                            .locations()
                            .apply("public.d")
                            .orElseThrow()
                            .file())
                    .isEqualTo(folder.resolve("parts/d.sql").toString());
        }
    }

    /// Its name would come first.
    @Test
    void a_file_that_another_one_includes_is_loaded_by_that_one_alone() throws IOException, SQLException {
        write("reviewed/start.sql", "create schema desk;\nset search_path = desk;\n\\ir parts/all.sql\n");
        write("reviewed/parts/all.sql", "\\ir made.sql\n");
        write("reviewed/parts/made.sql", "create table made (id int);");
        write("reviewed/alone.sql", "create table alone (like desk.made);");
        try (var loaded = load(List.of(folder.resolve("reviewed")), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(query(loaded, """
                select string_agg(oid::regclass::text, ' ' order by relname) from pg_class
                 where relkind = 'r' and relname in ('alone', 'made')
                """)).isEqualTo("public.alone desk.made");
        }
    }

    @Test
    void nothing_is_included_from_outside_nor_for_ever() throws IOException, SQLException {
        var secret = write("secret.sql", "create table secret (id int);");
        Files.createDirectories(folder.resolve("reviewed"));
        Files.createSymbolicLink(folder.resolve("reviewed/link.txt"), secret);
        var refused = List.of("../secret.sql", secret.toString(), "link.txt", "again.sql", "none.sql", ":x", "`ls`");
        var text = refused.stream().map(file -> "\\ir " + file + "\n").collect(Collectors.joining());
        var file = write("reviewed/again.sql", text + "create table after (id int);");
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps())
                    .hasSize(refused.size())
                    .allMatch(gap -> gap.contains(": not included: "));
            assertThat(loaded.origin().gaps().getFirst()).startsWith(file + ":1: ");
            assertThat(tables(loaded)).isEqualTo("after");
        }
    }

    /// Whoever runs the files has set the variables and created the extensions.
    @Test
    void variables_and_extensions_that_are_taken_for_granted_are_supplied() throws IOException, SQLException {
        var file = write("granted.sql", """
            grant connect on database :DATABASE_NAME to :DATABASE_VISITOR;
            grant all on schema public to :DATABASE_OWNER;
            create table public.member (email public.citext, hash text default crypt('x', gen_salt('bf')));
            grant select on public.member to :DATABASE_VISITOR;
            create table public.part (slice text default (array['a', 'b'])[1:2]);
            """);
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(loaded.origin().assumptions())
                    .contains(
                            "variables of psql that are not set stand for their own names",
                            "extension citext is created, because the files use it but do not create it",
                            "extension pgcrypto is created, because the files use it but do not create it");
            assertThat(query(loaded, "select has_table_privilege('database_visitor', 'public.member', 'select')"))
                    .isEqualTo("t");
            assertThat(query(loaded, "select string_agg(rolname, ' ') from pg_roles where rolcanlogin"))
                    .contains("database_visitor")
                    .doesNotContain("database_owner");
        }
    }

    @Test
    void variables_of_psql_are_filled_in() throws IOException, SQLException {
        var file = write("variables.sql", """
            \\set table invoice
            \\set role 'O''Hara'
            \\set note 'it''s'
            \\set both 'create table one (id int); create table ' two ' (id int)'
            \\set program `id`
            create role :"role";
            create table :table (a int[], b text default :'note', c text default ':table');
            grant select on :"table" to :"role";
            :both;
            create table :program (id int);
            """.replace("\\\\", "\\"));
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(tables(loaded)).isEqualTo("invoice one program two");
            assertThat(query(loaded, "select has_table_privilege('O''Hara', 'public.invoice', 'select')"))
                    .isEqualTo("t");
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(loaded.origin().assumptions())
                    .contains("variables of psql whose values come from a program stand for their own names");
        }
    }

    @Test
    void branches_of_psql_run_as_their_conditions_say() throws IOException, SQLException {
        var file = write("branches.sql", """
            \\set dev 0
            \\if :dev
            create table wrong ();
            \\if yes
            create table wrong_too ();
            \\endif
            \\elif :{?dev}
            create table chosen ();
            \\else
            create table wrong ();
            \\endif
            select 'on' as lit, null as dark \\gset is_
            \\if :is_lit
            create table lit ();
            \\endif
            select format('create table made_%s ()', i) from generate_series(1, 2) i \\gexec
            \\if :unset
            create table wrong ();
            \\endif
            \\q
            create table after_the_end ();
            """);
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(tables(loaded)).isEqualTo("chosen lit made_1 made_2");
            assertThat(loaded.origin().gaps())
                    .satisfiesExactly(
                            gap -> assertThat(gap).contains("branches.sql:17: the condition is not a literal"));
        }
    }

    /// The loader's transaction hides from the superuser the objects that it has created.
    @Test
    void roles_created_in_an_open_transaction_get_their_grants() throws IOException, SQLException {
        var file = write("roles.sql", """
            begin;
            do $$ begin create role boss; end $$;
            create table doc (id int);
            grant pg_monitor to boss;
            create role other login;
            grant boss to other;
            alter role boss bypassrls;
            commit;
            """);
        var begun = Instant.now();
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(query(loaded, """
                select string_agg(roleid::regrole || ' to ' || member::regrole, ', ' order by roleid::regrole::text)
                  from pg_auth_members
                 where member::regrole::text in ('boss', 'other')
                """)).isEqualTo("boss to other, pg_monitor to boss");
            assertThat(query(loaded, "select rolbypassrls from pg_roles where rolname = 'boss'"))
                    .isEqualTo("t");
        }
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void roles_that_are_not_there_any_more_end_no_review() throws IOException, SQLException {
        var file = write("roles.sql", """
            create table doc (id int);
            alter role nobody_yet set search_path = doc;
            grant pg_read_server_files to nobody_else;
            drop role if exists never;
            drop role never;
            create role boss superuser;
            drop role boss;
            grant select on doc to passing;
            revoke all on doc from passing;
            drop role passing;
            """);
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps())
                    .satisfiesExactly(gap -> assertThat(gap).contains(":5: could not be loaded: role \"never\""));
            assertThat(query(
                            loaded,
                            "select string_agg(rolname, ' ' order by rolname) from pg_roles"
                                    + " where rolname !~ '^(pg_|hedgerow)' and rolname <> 'postgres'"))
                    .isEqualTo("nobody_else nobody_yet");
        }
    }

    /// Statements that only a superuser may run are executed at the end, on the objects that exist then.
    @Test
    void held_back_statements_neither_restore_nor_undo() throws IOException, SQLException {
        var file = write("leakproof.sql", """
            create function gone() returns int leakproof language sql as 'select 1';
            create function later() returns int leakproof language sql as 'select 1';
            create or replace function later() returns int language sql as 'select 2';
            begin;
            create function stays(int) returns int leakproof language sql as 'select $1';
            grant execute on function stays(int) to postgres;
            commit;
            create table stays (id int);
            create table doc (id int);
            alter table doc owner to pg_database_owner;
            drop function gone();
            drop table doc;
            """);
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(query(loaded, """
                select string_agg(format('%s %s %s %s', proname, proowner::regrole, proleakproof, prosrc), ', '
                                  order by proname)
                  from pg_proc where pronamespace = 'public'::regnamespace
                """)).isEqualTo("later postgres f select 2, stays postgres t select $1");
        }
    }

    @Test
    void failures_for_one_reason_are_one_gap() throws IOException, SQLException {
        var first = write("1.sql", "select job.plan('a');\nselect job.plan('b');\nselect 1;\nselect job.plan('c');");
        var second = write(
                "2.sql",
                "create table a (b int references b);\nselect job.plan('d');\nselect job.plan('e');\n"
                        + "create table c (id int, b int references b);");
        try (var loaded = load(List.of(first, second), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps())
                    .containsExactly(
                            first + ":1: could not be loaded: schema \"job\" does not exist (SQLSTATE 3F000):"
                                    + " select job.plan('a'); likewise line 2, 4, " + second + ":2, 3",
                            second + ":1: left out `references b`, for relation \"b\" does not exist (SQLSTATE 42P01):"
                                    + " create table a (b int references b); likewise line 4");
        }
    }

    @Test
    void a_file_that_leaves_a_transaction_open_is_loaded() throws IOException, SQLException {
        var file = write("open.sql", "begin; create table a ();");
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(tables(loaded)).isEqualTo("a");
            assertThat(loaded.origin().gaps())
                    .containsExactly(file + ": ends inside a transaction, which was committed: most migration tools do,"
                            + " psql does not");
        }
    }

    @Test
    void objects_of_tools_and_platforms_are_supplied() throws IOException, SQLException {
        var file = write("supabase.sql", """
            create extension if not exists moddatetime schema extensions;
            create extension if not exists pg_cron;
            create extension hypopg;
            create table public.doc (id int, updated_at timestamptz);
            create trigger touch before update on public.doc
                for each row execute function extensions.moddatetime(updated_at);
            create trigger hook after insert on public.doc
                for each row execute function supabase_functions.http_request('http://x', 'POST');
            select cron.schedule('nightly', '0 3 * * *', 'select net.http_post(url := ''x'')');
            alter table _prisma_migrations enable row level security;
            create policy none on public._prisma_migrations using (false);
            update schema_migrations set dirty = false;
            do $$ begin raise exception 'no seed'; end $$;
            set session_replication_role = replica;
            do $$ begin create table public.other (id int); insert into public.gone values (1); end $$;
            create event trigger watch on ddl_command_end execute function public.f();
            """);
        try (var loaded = load(List.of(file), Optional.of(Preset.SUPABASE), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps())
                    .satisfiesExactly(
                            gap -> assertThat(gap).contains(":15: could not be loaded: relation \"public.gone\""),
                            gap -> assertThat(gap).contains(":16: refused: an event trigger needs a superuser"));
            assertThat(loaded.origin().assumptions())
                    .contains(
                            "extension pg_cron is declared as its platform has it, and does nothing",
                            "extension hypopg is left out: no table or policy depends on it",
                            "table public._prisma_migrations is made, for the migration tool makes it",
                            "2 statements that write rows failed: rows are not reviewed");
            assertThat(query(loaded, "select count(*) from pg_trigger where not tgisinternal"))
                    .isEqualTo("2");
        }
    }

    @Test
    void the_connected_user_owns_the_objects_made_then() throws IOException, SQLException {
        var file = write("connect.sql", """
            create role app login; grant create on schema public to app;
            \\connect shop app
            create table of_app (); set role none; create table of_app_too ();
            \\c - nobody_knows
            create table of_loader ();
            \\c "dbname=shop user=app"
            create table of_app_again ();
            """);
        var next = write("next.sql", "create table of_loader_too ();");
        try (var loaded = load(List.of(file, next), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(loaded.origin().assumptions())
                    .anyMatch(line -> line.contains("connect.sql:4: \\connect as nobody_knows is not followed"));
            assertThat(query(loaded, """
                select string_agg(relname || ' ' || relowner::regrole, ', ' order by relname)
                  from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
                """))
                    .isEqualTo("of_app app, of_app_again app, of_app_too app, of_loader postgres,"
                            + " of_loader_too postgres");
        }
    }

    @Test
    void a_file_begins_without_the_state_of_the_last_one() throws IOException, SQLException {
        var first = write("first.sql", """
            create role other; create schema other authorization other;
            select pg_catalog.set_config('search_path', '', false);
            set role other; set check_function_bodies = off; set row_security = off;
            create temporary table t ();
            \\set name wrong
            """);
        var second = write("second.sql", """
            create table t (); create table :name ();
            create function broken() returns int language sql as 'select * from missing';
            """);
        try (var loaded = load(List.of(first, second), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(tables(loaded)).isEqualTo("name t");
            assertThat(query(loaded, "select relowner::regrole from pg_class where relname = 't'"))
                    .isEqualTo("postgres");
            assertThat(loaded.origin().gaps())
                    .satisfiesExactly(gap ->
                            assertThat(gap).contains("second.sql:2: created with a body that cannot be checked"));
        }
    }

    @Test
    void a_setting_for_the_transaction_holds_for_the_file() throws IOException, SQLException {
        var file = write(
                "local.sql",
                "create schema s; set local search_path = s; create table s.a (); create table b ();"
                        + " lock table a; set transaction isolation level serializable;");
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(query(loaded, "select to_regclass('s.b')")).isEqualTo("s.b");
        }
    }

    @Test
    void a_table_is_made_without_the_parts_that_need_missing_objects() throws IOException, SQLException {
        var file = write("parts.sql", """
            create table public.doc (
                id text not null default nano_id() primary key,
                owner uuid references auth.users (id) on delete set null,
                shape shapes.polygon(4, 2)[],
                place geometry(Point, 4326) check (st_isvalid(place)),
                constraint fits check (fits(id)),
                tenant uuid not null check (tenant::text <> '' and tenant::text != '-'),
                foreign key (tenant) references missing.tenant (id)
            );
            alter table public.doc enable row level security;
            alter table public.doc add column code text default nano_id() not null;
            create policy own on public.doc using (tenant = current_setting('app.tenant')::uuid);
            """);
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(query(loaded, """
                select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
                  from pg_attribute where attrelid = 'public.doc'::regclass and attnum > 0
                """))
                    .isEqualTo("id text, owner uuid, shape shapes.polygon[], place public.geometry, tenant uuid,"
                            + " code text");
            assertThat(query(loaded, "select polname from pg_policy")).isEqualTo("own");
            assertThat(loaded.origin().gaps())
                    .anyMatch(
                            gap -> gap.contains("parts.sql:1: left out `default nano_id ( )`, for function nano_id()"))
                    .anyMatch(gap -> gap.contains("left out `references auth . users ( id ) on delete set null`"))
                    .anyMatch(gap -> gap.contains("left out `check ( st_isvalid ( place ) )`"))
                    .anyMatch(gap -> gap.contains("left out `constraint fits check ( fits ( id ) )`"))
                    .anyMatch(
                            gap -> gap.contains("left out `foreign key ( tenant ) references missing . tenant ( id )`"))
                    .anyMatch(
                            gap -> gap.contains("left out `default nano_id ( )`") && gap.endsWith("; likewise line 11"))
                    .anyMatch(gap -> gap.contains("type geometry is not in the server"))
                    .anyMatch(gap -> gap.contains("schema shapes is made up"));
        }
    }

    /// PostgreSQL keeps `set search_path = ''` as an empty name in quotes.
    @ParameterizedTest
    @ValueSource(strings = {"''", "'', public", "'it''s', \"a\"\"b\", 'back\\slash'"})
    void a_helper_with_any_search_path_is_read(String path) throws IOException, SQLException {
        var file = write("helper.sql", """
            create table public.doc (org_id uuid);
            alter table public.doc enable row level security;
            create function public.org() returns text stable language sql set search_path = %s
                as $$ select pg_catalog.current_setting('app.org', true) $$;
            create policy home on public.doc using (org_id::text = public.org());
            """.formatted(path));
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            var reviewed = new Reviewer(RuleCatalog.load(), Config.NONE, page -> false)
                    .review(loaded.connection(), loaded.origin(), Progress.NONE);
            assertThat(reviewed.review().gaps()).isEmpty();
            assertThat(reviewed.catalog().functions().values())
                    .filteredOn(function -> function.name().equals("org"))
                    .allMatch(function -> function.bodyTree().isPresent());
        }
    }

    @Test
    void columns_and_constraints_of_a_table_have_lines_of_their_own() throws IOException, SQLException {
        var file = write("lines.sql", """
            create table public.item (
                id int primary key, -- a remark, with (parentheses
                tenant_id uuid not null
                    references public.tenant (id)
                    unique,
                price numeric(10, 2) check (price > 0),
                constraint named unique (id, price),
                foreign key (id, price) references public.item (id, price)
            );
            alter table public.item
                add column extra int,
                add constraint late unique (extra);
            """);
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            Map.of(
                            "public.item", 1,
                            "public.item constraint item_pkey", 2,
                            "column tenant_id of public.item", 3,
                            "public.item constraint item_tenant_id_fkey", 4,
                            "public.item index item_tenant_id_key", 5,
                            "public.item constraint item_price_check", 6,
                            "public.item constraint named", 7,
                            "public.item constraint item_id_price_fkey", 8,
                            "column extra of public.item", 11,
                            "public.item constraint late", 12)
                    .forEach((object, line) -> assertThat(
                                    loaded.origin().locations().apply(object))
                            .as(object)
                            .contains(new Location(file.toString(), line)));
        }
    }

    /// The test injects internal faults where statements are noted and files are read.
    @Test
    void an_internal_error_costs_one_statement_or_one_file() throws IOException, SQLException {
        var paths = List.of(
                write("a.sql", "create table a ();\ncreate table b ();\ncreate table c ();"),
                write("d.sql", "create table d ();"),
                write("e.sql", "create table e ();"));
        var notes = new Notes();
        var places = new Places() {
            @Override
            void note(String file, Statement statement, String schema) {
                if (statement.has("b")) {
                    throw new IllegalStateException("noting b");
                }
            }
        };
        var files = new ScriptFiles(paths, LoadLimits.USUAL) {
            @Override
            SqlScript read(Path file) {
                if (file.endsWith("d.sql")) {
                    throw new IllegalStateException("reading d");
                }
                return super.read(file);
            }
        };
        try (var sandbox = Sandbox.start(EmbeddedPostgres.USUAL, line -> {});
                var connection = sandbox.loader()) {
            var session = new LoaderSession(connection, LoadLimits.USUAL);
            var extensions = new Extensions(sandbox.admin(), notes);
            var statements = new StatementLoader(
                    session,
                    new Roles(sandbox.admin(), notes),
                    new Deferred(sandbox.admin(), notes),
                    extensions,
                    new StandIns(session, sandbox.admin(), extensions, notes),
                    notes,
                    places);
            var loader = new ScriptLoader(session, files, statements, notes);
            for (var path : paths) {
                assertThat(loader.load(path)).isTrue();
            }
            assertThat(session.ask("select string_agg(relname, ' ' order by relname) from pg_class"
                            + " where relkind = 'r' and relnamespace = 'public'::regnamespace"))
                    .isEqualTo("a b c e");
        }
        assertThat(notes.gaps())
                .satisfiesExactly(
                        gap -> assertThat(gap).contains("a.sql:2: internal error: IllegalStateException: noting b"),
                        gap -> assertThat(gap).contains("d.sql: internal error: IllegalStateException: reading d"));
    }

    @Test
    void five_hundred_files_load_in_seconds() throws IOException, SQLException {
        for (var i = 1; i <= 552; i++) {
            write("%04d_change.sql".formatted(i), """
                create table public.t%1$d (tenant_id uuid not null, id int, primary key (tenant_id, id));
                alter table public.t%1$d enable row level security;
                create policy home on public.t%1$d using (tenant_id = current_setting('app.tenant')::uuid);
                """.formatted(i));
        }
        var begun = Instant.now();
        try (var loaded = load(List.of(folder), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(loaded.origin().name()).endsWith("0001_change.sql and 551 more files");
        }
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(100));
    }

    /// A pattern that recurs for each letter of a text needs more stack than there is.
    @Test
    void a_text_of_any_length_in_a_body_ends_no_review() throws IOException, SQLException {
        var text = "a''b".repeat(100_000);
        var file = write("long.sql", """
            create table public.doc (tenant_id int, note text check (note <> '%1$s'));
            alter table public.doc enable row level security;
            create function public.noted() returns text language plpgsql security definer as $$
                begin return '%1$s' || E'%1$s' || (select max(note) from public.doc); end $$;
            create policy home on public.doc using (tenant_id::text = '%1$s');
            """.formatted(text));
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            var reviewed = new Reviewer(RuleCatalog.load(), Config.NONE, page -> false)
                    .review(loaded.connection(), loaded.origin(), Progress.NONE);
            assertThat(reviewed.review().gaps()).noneMatch(gap -> gap.contains("internal error"));
            assertThat(reviewed.catalog().functions().values())
                    .anyMatch(function -> function.name().equals("noted"));
        }
    }

    @Test
    void files_of_a_platform_get_a_hint_at_its_preset() throws IOException, SQLException {
        var file = write("like.sql", "create table public.doc (owner uuid references auth.users (id));");
        try (var loaded = load(List.of(file), Optional.empty(), LoadLimits.USUAL)) {
            assertThat(loaded.origin().assumptions())
                    .contains("the files look like Supabase's: review them with --preset supabase");
        }
        try (var loaded = load(List.of(file), Optional.of(Preset.SUPABASE), LoadLimits.USUAL)) {
            assertThat(loaded.origin().assumptions())
                    .noneMatch(line -> line.startsWith("the files look like"))
                    .anyMatch(line -> line.startsWith("the platform's default privileges apply while the files run"));
        }
    }

    private static String tables(LoadedDatabase loaded) throws SQLException {
        return query(loaded, """
            select string_agg(relname, ' ' order by relname) from pg_class
             where relkind = 'r' and relnamespace = 'public'::regnamespace
            """);
    }

    @ParameterizedTest
    @FieldSource("hedgerow.sql.EmbeddedPostgres#VERSIONS")
    void each_version_can_be_asked_for(int version) throws IOException, SQLException {
        var file =
                write("one.sql", "create role app login; create table a (tenant_id uuid); grant select on a to app;");
        try (var loaded = LoadedDatabase.load(List.of(file), version, Optional.empty(), List.of(), line -> {})) {
            assertThat(loaded.connection().getMetaData().getDatabaseMajorVersion())
                    .isEqualTo(version);
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(review(loaded, "rls-disabled").findings())
                    .extracting(Finding::object)
                    .containsExactly("public.a");
        }
    }

    private static LoadedDatabase load(List<Path> files, Optional<Preset> preset, LoadLimits limits) {
        return LoadedDatabase.load(files, EmbeddedPostgres.USUAL, preset, List.of(), limits, line -> {});
    }

    private static Review review(LoadedDatabase loaded) throws SQLException {
        return review(loaded, "rls-not-forced");
    }

    private static Review review(LoadedDatabase loaded, String rule) throws SQLException {
        return new Reviewer(RuleCatalog.load(), Config.NONE, page -> page.slug().equals(rule))
                .review(loaded.connection(), loaded.origin(), Progress.NONE)
                .review();
    }

    private static String query(LoadedDatabase loaded, String sql) throws SQLException {
        try (var statement = loaded.connection().createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private Path write(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
