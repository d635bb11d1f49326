package hedgerow.rls.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.ScriptPiece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders of migration tools are loaded as these tools run them, and the review states which tool that is.
class LayoutTest {

    @TempDir
    private Path folder;

    // --- parts of a file -----------------------------------------------------------------------------------------

    @Test
    void node_pg_migrate() throws IOException {
        write("1_a.sql", "-- Up Migration\ncreate table a ();\n-- Down Migration\ndrop table a;");
        write("2_b.sql", "--DOWN MIGRATION\ndrop table b;\n-- up migration\ncreate table b ();");
        assertRead("node-pg-migrate", "a b");
    }

    @Test
    void sql_migrate_and_goose() throws IOException {
        write(
                "1_a.sql",
                "-- +migrate Up\n"
                        + "create table a ();\n"
                        + "-- +migrate Down\n"
                        + "drop table a;\n"
                        + "-- +migrate Up\n"
                        + "create table a2 ();");
        assertRead("sql-migrate", "a a2");
        write("1_a.sql", """
            -- +goose Up
            -- +goose StatementBegin
            create table a ();
            -- +goose StatementEnd
            -- +goose Down
            drop table a;
            """);
        assertRead("goose", "a");
    }

    @Test
    void dbmate_goes_by_name() throws IOException {
        write("10_a.sql", "-- migrate:up transaction:false\ncreate table a ();\n-- migrate:down\ndrop table a;");
        write("9_b.sql", "-- migrate:up\ncreate table b (like a);\n-- migrate:down\ndrop table b;");
        assertRead("dbmate", "a b");
    }

    @Test
    void tern() throws IOException {
        write("002_b.sql", "create table b (like a);\n---- create above / drop below ----\ndrop table b;");
        write("001_a.sql", "create table a ();\n---- create above / drop below ----\ndrop table a;");
        assertRead("tern", "a b");
    }

    @Test
    void play_evolutions() throws IOException {
        write("1.sql", """
            # Our users
            # --- !Ups
            create table a (b text default 'x;;y');
            create function f() returns int language plpgsql as $$ begin return 1;; end;; $$;
            # --- !Downs
            drop table a;
            """);
        write("10.sql", "# --- !Ups\ncreate table c (like b);\n# --- !Downs\ndrop table c;");
        write("2.sql", "-- !Ups\ncreate table b (like a);\n-- !Downs\ndrop table b;");
        assertRead("Play evolutions", "a b c");
    }

    @Test
    void mybatis_rambler_shmig_and_plain_words() throws IOException {
        write("1_a.sql", "create table a ();\n-- //@UNDO\ndrop table a;");
        write("2_b.sql", "-- rambler up\ncreate table b ();\n-- rambler down\ndrop table b;");
        write("3_c.sql", "-- ==== UP ====\ncreate table c ();\n-- ==== DOWN ====\ndrop table c;");
        write("4_d.sql", "-- UP\ncreate table d ();\n-- DOWN\ndrop table d;");
        write("5_e.sql", "create table e ();\n-- down\ncreate table e2 (); -- one word is only a remark");
        assertRead("MyBatis Migrations", "a b c d e e2");
    }

    @Test
    void liquibase_rollback_comments() throws IOException {
        write("1_a.sql", """
            --liquibase formatted sql
            --changeset me:1
            create table a ();
            --rollback drop table a;
            """);
        assertRead("Liquibase", "a");
    }

    @Test
    void headings_divide_no_file_of_a_tool_that_runs_it_whole() throws IOException {
        write("1_a.up.sql", "-- Down migration\ncreate table a ();");
        write("2_b.up.sql", "-- UP\nselect 1;\n-- DOWN\ncreate table b ();");
        write("2_b.down.sql", "drop table b;");
        assertRead("golang-migrate", "a b");
    }

    @Test
    void prose_divides_no_file() throws IOException {
        write("1_a.sql", "-- Down migration restores the table.\ncreate table a ();");
        assertRead("plain SQL files", "a");
    }

    // --- files ---------------------------------------------------------------------------------------------------

    @Test
    void golang_migrate() throws IOException {
        write("10_b.up.sql", "create table b (like a);");
        write("10_b.down.sql", "drop table b;");
        write("9_a.up.sql", "create table a ();");
        write("9_a.down.sql", "drop table a;");
        assertRead("golang-migrate", "a b");
        assertThat(notes()).anyMatch(note -> note.contains("2 other .sql files are left out"));
    }

    @Test
    void hasura_and_diesel() throws IOException {
        write("default/1600000000000_b/up.sql", "create table b (like a);");
        write("default/1600000000000_b/down.sql", "drop table b;");
        write("default/1500000000000_a/up.sql", "create table a ();");
        assertRead("Hasura", "a b");
    }

    @Test
    void liquibase_ends_a_statement_where_a_changeset_begins() throws IOException {
        write("2_b.sql", """
            -- liquibase formatted sql
            -- changeset me:1
            create table b (like a)
            -- changeset me:2
            create table c (like b)
            """);
        write("10_a.sql", "--liquibase formatted sql\n--changeset me:0\ncreate table a ()");
        assertRead("Liquibase", "a b c");
    }

    @Test
    void liquibase_goes_by_its_changelogs() throws IOException {
        write("db/changelog/db.changelog-master.yaml", """
            databaseChangeLog:
              - include:
                  file: db/changelog/z.sql
              # - include: { file: db/changelog/never.sql }
              - include:
                  file: more/changelog.xml
                  relativeToChangelogFile: true
            """);
        write("db/changelog/more/changelog.xml", """
            <databaseChangeLog>
              <changeSet id="1" author="me"><sqlFile path="classpath:/db/changelog/y.sql"/></changeSet>
              <includeAll path="all" relativeToChangelogFile="true"/>
              <include file="db/changelog/gone.sql"/>
              <changeSet id="2" author="me"><createTable tableName="t"/></changeSet>
            </databaseChangeLog>
            """);
        write("db/changelog/z.sql", "create table z ();");
        write("db/changelog/y.sql", "create table y (like z);");
        write("db/changelog/more/all/2.sql", "create table two (like one);");
        write("db/changelog/more/all/1.sql", "create table one (like y);");
        write("db/changelog/never.sql", "drop table z;");
        for (var path : List.of(folder, folder.resolve("db/changelog"))) {
            var files = new ScriptFiles(List.of(path), LoadLimits.USUAL);
            assertThat(made(files)).isEqualTo("z y one two");
            assertThat(files.gaps())
                    .satisfiesExactly(
                            gap -> assertThat(gap).contains("changelog.xml spells out changes, which were not run"),
                            gap -> assertThat(gap).contains("includes db/changelog/gone.sql, which is not there"));
        }
    }

    @Test
    void graphile_migrate() throws IOException {
        write(".gmrc", """
            {
              // "afterReset": ["never.sql"],
              "afterReset": ["!roles.sql", "initial.sql", { "_": "command", "command": "yarn schema" }],
            }
            """);
        write("migrations/roles.sql", "create table roles ();");
        write("migrations/initial.sql", "create table initial (like roles);");
        write("migrations/committed/000010.sql", "create table c (like b);");
        write("migrations/committed/000002.sql", "create table b (like initial);");
        write("migrations/current/1.sql", "create table d (like c);");
        write("migrations/fixtures/f.sql", "drop table a;");
        write("migrations/schema_snapshot.sql", "drop table a;");
        for (var path : List.of(folder, folder.resolve("migrations"))) {
            var files = new ScriptFiles(List.of(path), LoadLimits.USUAL);
            assertThat(made(files)).isEqualTo("roles initial b c d");
            assertThat(files.notes()).anyMatch(note -> note.contains("graphile-migrate: 5 files"));
        }
    }

    @Test
    void files_without_numbers_are_loaded_as_they_need_each_other() throws IOException, SQLException {
        write("a.sql", "create table a (kind k, b int references b); create index on a (b); alter table a add c int;");
        write("b.sql", "set search_path = s; create table b (id int primary key default next_id());");
        write("policies.sql", "create policy own on a using (owner = f());");
        write("rows.sql", "insert into nowhere values (1);");
        write("s.sql", """
            create schema s;
            create function s.next_id() returns int language sql as 'select 1';
            create function f() returns text language sql as 'select max(owner) from a';
            """);
        write(
                "tenants_of_all.sql",
                "create table first_needs (id int references second_needs, t int references elsewhere);");
        write("tenants_other.sql", "create table second_needs (id int primary key references elsewhere);");
        write("types.sql", "create type k as enum ('x');");
        write("z.sql", "alter table a add owner text; alter table gone add x int;");
        try (var loaded = load()) {
            assertThat(loaded.origin().gaps())
                    .satisfiesExactlyInAnyOrder(
                            gap -> assertThat(gap)
                                    .contains("other.sql:1: left out `references elsewhere`")
                                    .endsWith("of_all.sql:1"),
                            gap -> assertThat(gap).contains("a.sql:1: left out `references b`, for relation \"b\""),
                            gap -> assertThat(gap).contains("z.sql:1: could not be loaded: relation \"gone\""));
            assertThat(tables(loaded)).isEqualTo("a first_needs second_needs");
            assertThat(loaded.origin().assumptions())
                    .anyMatch(note -> note.contains("that need a later file after it"));
        }
    }

    @Test
    void postgrator() throws IOException {
        write("1.do.a.sql", "create table a ();");
        write("1.undo.a.sql", "drop table a;");
        write("10.do.b.sql", "create table b (like c);");
        write("2.do.sql", "create table c (like a);");
        write("2.undo.sql", "drop table c;");
        assertRead("postgrator", "a c b");
    }

    @Test
    void sqitch_goes_by_its_plan() throws IOException {
        write("sqitch.plan", """
            %syntax-version=1.0.0
            %project=shop

            zebra 2026-01-01T00:00:00Z Ann <ann@example.org> # first
            apple [zebra] 2026-01-02T00:00:00Z Ann <ann@example.org> # second
            @v1 2026-01-03T00:00:00Z Ann <ann@example.org> # tag
            apple [apple@v1] 2026-01-04T00:00:00Z Ann <ann@example.org> # again
            gone 2026-01-05T00:00:00Z Ann <ann@example.org> # no such file
            """);
        write("deploy/zebra.sql", "begin; create table zebra (); commit;");
        write("deploy/apple@v1.sql", "create table apple (like zebra);");
        write("deploy/apple.sql", "alter table apple add column again int;");
        write("deploy/unplanned.sql", "create table unplanned ();");
        write("revert/zebra.sql", "drop table zebra;");
        write("verify/zebra.sql", "select 1 / 0;");
        for (var path : List.of(folder, folder.resolve("deploy"))) {
            var files = new ScriptFiles(List.of(path), LoadLimits.USUAL);
            assertThat(files.files())
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly("zebra.sql", "apple@v1.sql", "apple.sql");
            assertThat(files.gaps())
                    .satisfiesExactly(gap -> assertThat(gap).contains("sqitch.plan: the plan lists", "gone.sql"));
            assertThat(files.notes()).anyMatch(note -> note.contains("is read as Sqitch: 3 files"));
        }
    }

    @Test
    void yoyo_goes_by_name_and_dependence() throws IOException {
        write("a.sql", "--\n-- depends: z\n\ncreate table a (like z);");
        write("a.rollback.sql", "drop table a;");
        write("z.sql", "create table z ();");
        assertRead("yoyo", "z a");
    }

    @Test
    void flyway() throws IOException {
        write("R__a_view.sql", "create view v as select * from b;");
        write("one/V1.10__b.sql", "create table b (like a);");
        write("two/V1_9__a.sql", "create table a ();");
        write("U1.10__b.sql", "drop table b;");
        write("notes.sql", "drop table a;");
        write("beforeMigrate.sql", "create role before_all;");
        assertRead("Flyway", "a b");
    }

    @Test
    void flyway_begins_with_its_newest_baseline() throws IOException {
        write("V1__a.sql", "create table a ();");
        write("B2__base.sql", "create table base ();");
        write("V3__c.sql", "create table c (like base);");
        assertRead("Flyway", "base c");
    }

    @Test
    void prisma_goes_by_name() throws IOException {
        write("migration_lock.toml", "provider = \"postgresql\"");
        write("20250101120000_a/migration.sql", "create table a ();");
        write("20250101_b/migration.sql", "create table b (like a);");
        assertRead("Prisma", "a b");
    }

    @Test
    void drizzle_goes_by_its_journal() throws IOException {
        write("meta/_journal.json", """
            {"entries": [{"idx": 1, "tag": "0000_b"}, {"idx": 0, "tag": "0001_a"}, {"idx": 2, "tag": "0002_gone"}]}
            """);
        write("0000_b.sql", "create table b (like a);--> statement-breakpoint\ncreate table b2 ();");
        write("0001_a.sql", "create table a ();");
        write("0009_forgotten.sql", "drop table a;");
        var files = new ScriptFiles(List.of(folder), LoadLimits.USUAL);
        assertThat(made(files)).isEqualTo("a b b2");
        assertThat(files.gaps())
                .satisfiesExactly(
                        gap -> assertThat(gap).contains("lists 0002_gone.sql, which does not exist"),
                        gap -> assertThat(gap).contains("0009_forgotten.sql is in no journal"));
    }

    @Test
    void supabase_runs_time_stamped_migrations_and_the_seed() throws IOException {
        write("supabase/config.toml", "");
        write("supabase/seed.sql", "insert into b default values;");
        write("supabase/tests/t.sql", "drop table a;");
        write("supabase/migrations/20250101120000_a.sql", "create table a ();");
        write("supabase/migrations/20250101_b.sql", "create table b (like a);");
        write("supabase/migrations/draft.sql", "drop table a;");
        for (var path : List.of("supabase", "supabase/migrations")) {
            var files = new ScriptFiles(List.of(folder.resolve(path)), LoadLimits.USUAL);
            assertThat(made(files)).isEqualTo("a b");
            assertThat(files.notes()).anyMatch(note -> note.contains("is read as Supabase: "));
        }
    }

    @Test
    void folders_and_files_that_undo_are_left_out() throws IOException {
        write("1_a.sql", "create table a ();");
        write("rollbacks/1_a.sql", "drop table a;");
        write("2_scale_down.sql", "create table b ();");
        write("3_c.sql", "create table c ();");
        write("3_c_down.sql", "drop table c;");
        assertRead("plain SQL files", "a b c");
    }

    // --- what is lost --------------------------------------------------------------------------------------------

    @Test
    void tables_that_are_made_and_none_of_which_is_left_make_it_partial() throws IOException, SQLException {
        write("1_a.sql", "create table a ();");
        write("2_b.sql", "drop table a;");
        try (var loaded = load()) {
            assertThat(loaded.origin().gaps())
                    .satisfiesExactly(gap -> assertThat(gap).startsWith("the files create tables, but none is left"));
        }
    }

    @Test
    void migrations_in_other_languages_are_reported() throws IOException {
        write("1_a.sql", "create table a ();");
        write("2_b.js", "exports.up = pgm => pgm.sql('create table b ()')");
        assertThat(new ScriptFiles(List.of(folder), LoadLimits.USUAL).gaps())
                .satisfiesExactly(gap ->
                        assertThat(gap).endsWith("1 migrations are not SQL and were not run; the first is 2_b.js"));
    }

    @Test
    void a_tool_that_works_in_a_schema_of_its_own_finds_its_tables_there() throws IOException, SQLException {
        write("V1__tables.sql", "create table invoice (tenant_id uuid);");
        write("V2__schema.sql", "create schema app; create table app.item ();");
        write("V3__policies.sql", "alter table app.invoice enable row level security;");
        try (var loaded = load()) {
            assertThat(loaded.origin().gaps()).anyMatch(gap -> gap.contains("\"app.invoice\" does not exist"));
        }
        try (var loaded = load("app", "Odd name")) {
            assertThat(loaded.origin().gaps()).isEmpty();
            assertThat(loaded.origin().assumptions())
                    .contains("names without a schema are in app, Odd name, as you say, which everybody may use");
            assertThat(tables(loaded, "app")).isEqualTo("invoice item");
        }
    }

    @Test
    void a_schema_that_is_made_up_names_the_option_that_makes_it() throws IOException {
        write("V1__tables.sql", "create table app.item ();");
        try (var loaded = load()) {
            assertThat(loaded.origin().gaps())
                    .anyMatch(gap -> gap.contains("schema app is made up, and open to everybody")
                            && gap.contains("say --search-path app"));
        }
        try (var loaded = load("app")) {
            assertThat(loaded.origin().gaps()).isEmpty();
        }
    }

    @Test
    void who_may_read_a_table_of_a_schema_that_others_made_may_use_the_schema() throws IOException, SQLException {
        write("V1__tables.sql", "create table app.item (); grant select on app.item to shop;");
        for (var searchPath : List.of(new String[0], new String[] {"app"})) {
            try (var loaded = load(searchPath);
                    var statement = loaded.connection().createStatement();
                    var row = statement.executeQuery("select has_schema_privilege('shop', 'app', 'usage')")) {
                row.next();
                assertThat(row.getBoolean(1)).isTrue();
            }
        }
    }

    @Test
    void an_owner_whom_a_schema_that_is_there_does_not_get_is_a_gap() throws IOException {
        write("V1__schema.sql", "create role desk; create schema app authorization desk;");
        try (var loaded = load("app")) {
            assertThat(loaded.origin().gaps()).anyMatch(gap -> gap.contains("schema \"app\" already exists"));
        }
    }

    @Test
    void a_search_path_that_the_server_refuses_is_refused_input() throws IOException {
        write("V1__tables.sql", "create table item ();");
        assertThatThrownBy(() -> load("pg_mine"))
                .isInstanceOf(LoadProblem.class)
                .hasMessageContaining("pg_mine");
    }

    @Test
    void a_file_that_cannot_be_read_costs_only_itself() throws IOException, SQLException {
        write("1_a.sql", "create table a ();");
        Files.write(folder.resolve("2_b.sql"), new byte[] {'-', '-', (byte) 0xff, '\n'});
        var limits = new LoadLimits(100, 10, 1L << 30, LoadLimits.USUAL.statement(), LoadLimits.USUAL.total());
        write("3_c.sql", " ".repeat(200));
        write("4_d.sql", "create table d ();");
        try (var loaded = LoadedDatabase.load(
                List.of(folder), EmbeddedPostgres.USUAL, Optional.empty(), List.of(), limits, line -> {})) {
            assertThat(tables(loaded)).isEqualTo("a d");
            assertThat(loaded.origin().gaps())
                    .satisfiesExactlyInAnyOrder(
                            gap -> assertThat(gap).contains("2_b.sql", "UTF-8", "nothing of this file was loaded"),
                            gap -> assertThat(gap).contains("3_c.sql is larger", "nothing of this file was loaded"));
        }
    }

    // -------------------------------------------------------------------------------------------------------------

    /// Checks the layout of a folder.
    ///
    /// @param tables in the order in which they are created
    private void assertRead(String tool, String tables) {
        var files = new ScriptFiles(List.of(folder), LoadLimits.USUAL);
        assertThat(made(files)).isEqualTo(tables);
        assertThat(files.gaps()).isEmpty();
        assertThat(files.notes()).anyMatch(note -> note.contains("is read as ") && note.contains(tool));
    }

    private static String made(ScriptFiles files) {
        var statements = files.files().stream()
                .flatMap(file -> files.read(file).pieces().stream())
                .map(ScriptPiece::text)
                .toList();
        assertThat(statements).noneMatch(statement -> statement.startsWith("drop"));
        return statements.stream()
                .filter(statement -> statement.startsWith("create table"))
                .map(statement -> statement.split(" ")[2])
                .collect(Collectors.joining(" "));
    }

    private List<String> notes() {
        return new ScriptFiles(List.of(folder), LoadLimits.USUAL).notes();
    }

    private LoadedDatabase load(String... searchPath) {
        return LoadedDatabase.load(
                List.of(folder), EmbeddedPostgres.USUAL, Optional.empty(), List.of(searchPath), line -> {});
    }

    private static String tables(LoadedDatabase loaded) throws SQLException {
        return tables(loaded, "public");
    }

    private static String tables(LoadedDatabase loaded, String schema) throws SQLException {
        try (var statement = loaded.connection().createStatement();
                var row = statement.executeQuery("""
                    select string_agg(relname, ' ' order by relname) from pg_class
                     where relkind = 'r' and relnamespace = '%s'::regnamespace
                    """.formatted(schema))) {
            row.next();
            return row.getString(1);
        }
    }

    private void write(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }
}
