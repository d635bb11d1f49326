package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Ways to another tenant's rows that no policy of the table can close. Each attack is run, and succeeds;
/// so nothing may be proved of the reads or writes that it makes.
class AroundPoliciesTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String POLICY = "create policy tenant on shop.item"
            + " using (tenant_id = nullif(current_setting('shop.tenant', true), '')::int);";

    private static final String ITEMS = """
        create role shop_app login;
        create role shop_owner;
        create role shop_reader;
        create schema shop;
        grant usage on schema shop to shop_app;
        create table shop.item (tenant_id int not null, id int not null, name text, primary key (tenant_id, id));
        alter table shop.item enable row level security;
        grant select, insert on shop.item to shop_app;
        insert into shop.item values (1001, 7, 'theirs');
        """;

    /// A way around policies.
    ///
    /// @param attack one query as `shop_app` of tenant 1; its result reveals the row of tenant 1001
    /// @param about part of a cell that must not be proved; empty if any will do
    private record Way(String name, String schema, String attack, Claim claim, String about) {

        Way(String name, String schema, String attack, Claim claim) {
            this(name, schema, attack, claim, "");
        }

        Way about(String what) {
            return new Way(name, schema, attack, claim, what);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(byPowers(), byEqualities(), byOtherObjects(), byEntering())
                .flatMap(ways -> ways);
    }

    private static Stream<Way> byPowers() {
        return Stream.of(
                reading(
                        "ADMIN OPTION of the owner, without SET and INHERIT",
                        ITEMS + POLICY + "alter table shop.item owner to shop_owner;"
                                + "grant shop_owner to shop_app with admin true, inherit false, set false;",
                        "grant shop_owner to shop_app with inherit true; "),
                reading(
                        "ADMIN OPTION of a role that a policy lets by, at one remove",
                        ITEMS + POLICY + "create policy all_of_them on shop.item to shop_reader using (true);"
                                + "create role shop_clerk; grant shop_clerk to shop_app;"
                                + "grant shop_reader to shop_clerk with admin true, inherit false, set false;",
                        "grant shop_reader to shop_app with inherit true; "),
                new Way(
                        "triggers that can be switched off",
                        ITEMS + "create policy shown on shop.item for select"
                                + " using (tenant_id = nullif(current_setting('shop.tenant', true), '')::int);"
                                + "create policy added on shop.item for insert with check (true);"
                                + "create function shop.pin() returns trigger language plpgsql as $$ begin"
                                + " new.tenant_id := nullif(current_setting('shop.tenant', true), '')::int;"
                                + " return new; end $$;"
                                + "create trigger pin before insert on shop.item for each row"
                                + " execute function shop.pin();"
                                + "grant set on parameter session_replication_role to shop_app;",
                        "set local session_replication_role = replica; insert into shop.item values (1001, 8);"
                                + " reset session authorization; select count(*) > 1 from shop.item",
                        Claim.WRITES_STAY_HOME),
                reading(
                        "files of the server",
                        ITEMS + POLICY + "grant pg_read_server_files to shop_app;"
                                + "grant execute on function pg_read_file(text) to shop_app;",
                        "select pg_read_file('PG_VERSION') <> '' --"),
                reading(
                        "a function that runs a text",
                        ITEMS + POLICY + "create function shop.rewritten(query text) returns text language sql"
                                + " security definer set search_path = pg_catalog as"
                                + " $$ select ts_rewrite('a', query)::text $$;",
                        "select shop.rewritten($$ select 'a'::tsquery, name::tsquery from shop.item $$)"
                                + " like '%theirs%' --"));
    }

    private static Stream<Way> byEqualities() {
        return Stream.of(
                reading(
                        "values that are equal in part",
                        ITEMS + "create policy tenant on shop.item"
                                + " using (tenant_id % 1000 = nullif(current_setting('shop.tenant', true), '')::int"
                                + " % 1000);",
                        ""),
                reading(
                        "beginnings in small letters",
                        ITEMS + "alter table shop.item alter tenant_id type text;"
                                + "create policy tenant on shop.item using (lower(left(tenant_id, 1))"
                                + " = lower(left(nullif(current_setting('shop.tenant', true), ''), 1)));",
                        ""),
                reading(
                        "texts without some letters",
                        ITEMS + "alter table shop.item alter tenant_id type text;"
                                + "create policy tenant on shop.item using (rtrim(tenant_id, '01')"
                                + " = rtrim(nullif(current_setting('shop.tenant', true), ''), '01'));",
                        ""),
                reading(
                        "a list of values that are equal in part",
                        ITEMS + "create policy tenant on shop.item using (tenant_id % 1000"
                                + " = any (array[nullif(current_setting('shop.tenant', true), '')::int % 1000]));",
                        ""),
                reading(
                        "values in one branch of a CASE",
                        ITEMS + "create policy tenant on shop.item"
                                + " using (case when tenant_id > 1000 then 0 else tenant_id end"
                                + " = case when nullif(current_setting('shop.tenant', true), '')::int > 1000 then 0"
                                + " else nullif(current_setting('shop.tenant', true), '')::int end);",
                        "set local shop.tenant = '2001'; "),
                casting("numbers that are rounded", "numeric", "1000.6", "tenant_id::int", "int"),
                casting("large numbers as float8", "int8", "9007199254740993", "tenant_id::float8", "float8"),
                casting("texts that are cut", "text", "1001b", "tenant_id::varchar(4)", "varchar(4)"),
                casting("texts that a domain cuts", "text", "1001b", "tenant_id::shop.code", "shop.code"));
    }

    /// A way through a cast of the column.
    ///
    /// @param theirs a tenant that the cast makes the same as another one
    private static Way casting(String name, String type, String theirs, String left, String to) {
        return reading(
                name,
                ITEMS + "create domain shop.code as varchar(4);"
                        + "alter table shop.item alter tenant_id type %s; update shop.item set tenant_id = '%s';"
                                .formatted(type, theirs)
                        + "create policy tenant on shop.item using (%s = nullif(current_setting('shop.tenant', true),"
                                .formatted(left)
                        + " '')::%s);".formatted(to),
                "set local shop.tenant = '%s'; ".formatted(type.equals("int8") ? "9007199254740992" : "1001"));
    }

    private static Stream<Way> byOtherObjects() {
        return Stream.of(
                reading(
                        "an aggregate that runs what its caller may not call",
                        ITEMS + POLICY + "create function shop.added(names text, number int) returns text language sql"
                                + " security definer set search_path = shop as $$ select coalesce(names, '') ||"
                                + " (select string_agg(name, ',') from shop.item where id = number) $$;"
                                + "revoke execute on function shop.added(text, int) from public;"
                                + "create aggregate shop.names_of(int) (sfunc = shop.added, stype = text);",
                        "select shop.names_of(7) like '%theirs%' --"),
                reading(
                        "a parent that asks no policy",
                        ITEMS + POLICY + "create table shop.thing (tenant_id int not null, id int not null, name text);"
                                + "alter table shop.item inherit shop.thing; grant select on shop.thing to shop_app;",
                        "select count(*) > 0 from shop.thing where name = 'theirs' --"));
    }

    private static Stream<Way> byEntering() {
        return Stream.of(
                reading(
                        "a policy that enters each row's tenant",
                        ITEMS + "create policy tenant on shop.item using (case when set_config('shop.tenant',"
                                + " tenant_id::text, true) <> '' then tenant_id"
                                + " = nullif(current_setting('shop.tenant', true), '')::int end);",
                        ""),
                reading(
                        "a policy of another table that enters",
                        ITEMS + POLICY + "create table shop.note (tenant_id int, id int);"
                                + "insert into shop.note values (1001, 7); grant select on shop.note to shop_app;"
                                + "alter table shop.note enable row level security;"
                                + "create policy enters on shop.note using (set_config('shop.tenant', tenant_id::text,"
                                + " true) is not null);",
                        "select count(*) > 0 from shop.note join lateral (select name from shop.item"
                                + " where id = note.id offset 0) item on name = 'theirs' --"),
                reading(
                                "a trigger of another table that enters, in the same statement",
                                ITEMS + POLICY + NOTE + ENTERS + "grant insert, select on shop.note to shop_app;",
                                "with noted as (insert into shop.note values (1001, 7) returning id)"
                                        + " select count(*) > 0 from noted join lateral (select name from shop.item"
                                        + " where id = noted.id offset 0) item on name = 'theirs' --")
                        .about("shop.item SELECT"),
                reading(
                                "a trigger of a table behind a view that enters, in the same statement",
                                ITEMS + POLICY + NOTE + ENTERS + "create view shop.notes as select * from shop.note;"
                                        + "grant insert, select on shop.notes to shop_app;",
                                "with noted as (insert into shop.notes values (1001, 7) returning id)"
                                        + " select count(*) > 0 from noted join lateral (select name from shop.item"
                                        + " where id = noted.id offset 0) item on name = 'theirs' --")
                        .about("shop.item SELECT"),
                new Way(
                                "a trigger that writes as the owner of the function which sets it off",
                                ITEMS
                                        + POLICY
                                        + NOTE
                                        + written("shop.note", "shop.item", "new.tenant_id, new.id")
                                        + takes("shop.note"),
                                "select shop.take(1001, 8); reset session authorization;"
                                        + " select count(*) > 1 from shop.item",
                                Claim.WRITES_STAY_HOME)
                        .about("INSERT of shop.item"),
                new Way(
                                "a trigger that is set off by the trigger of a function's row",
                                ITEMS + POLICY + NOTE + "create table shop.draft (tenant_id int, id int);"
                                        + written("shop.draft", "shop.note", "new.tenant_id, new.id")
                                        + written("shop.note", "shop.item", "new.tenant_id, new.id")
                                        + takes("shop.draft"),
                                "select shop.take(1001, 8); reset session authorization;"
                                        + " select count(*) > 1 from shop.item",
                                Claim.WRITES_STAY_HOME)
                        .about("INSERT of shop.item"),
                reading(
                        "beginnings of texts",
                        ITEMS + "alter table shop.item alter tenant_id type text;"
                                + "create policy tenant on shop.item"
                                + " using (left(tenant_id, 1) = left(nullif(current_setting('shop.tenant', true), ''),"
                                + " 1));",
                        ""));
    }

    /// A rule's action that mentions no row of the statement runs even where the statement finds none.
    @Test
    void an_action_that_runs_without_a_row_leaves_the_claim_open() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            load(
                    connection,
                    ITEMS + POLICY + "grant update on shop.item to shop_app;"
                            + "create rule sweep as on update to shop.item do also delete from shop.item;");
            var rule = prove(connection).cells().stream()
                    .filter(cell -> cell.kind() == Cell.Kind.RULE && cell.claim() == Claim.UNBOUND_SEES_NOTHING)
                    .toList();
            assertThat(rule).isNotEmpty().noneMatch(cell -> isProved(cell.verdict()));
            load(connection, "set local session authorization shop_app; update shop.item set name = 'x'");
            load(connection, "reset session authorization");
            assertThat(FirstColumn.of(connection, "select count(*) from shop.item"))
                    .containsExactly("0");
            connection.rollback();
        }
    }

    private static final String NOTE = "create table shop.note (tenant_id int, id int);";

    private static final String ENTERS = "create function shop.enters() returns trigger language plpgsql as $$ begin"
            + " perform set_config('shop.tenant', new.tenant_id::text, true); return new; end $$;"
            + "create trigger enters before insert on shop.note for each row execute function shop.enters();";

    /// A trigger, which runs as whoever sets it off.
    private static String written(String table, String other, String values) {
        var name = other.replace('.', '_');
        return """
            create function shop.%1$s() returns trigger language plpgsql as $$
                begin insert into %3$s values (%4$s); return new; end $$;
            create trigger written after insert on %2$s for each row execute function shop.%1$s();
            """.formatted(name, table, other, values);
    }

    private static String takes(String table) {
        return "create function shop.take(tenant int, number int) returns void language sql security definer"
                + " set search_path = pg_catalog as $$ insert into %s values (tenant, number) $$;".formatted(table);
    }

    private static Way reading(String name, String schema, String attack) {
        return new Way(
                name,
                schema,
                attack + "select count(*) > 0 from shop.item where name = 'theirs'",
                Claim.DISJOINT_READS);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void an_attack_that_gets_by_leaves_the_claim_open(Way way) throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            load(connection, way.schema);
            assertThat(attacked(connection, way.attack)).as("the attack").isEqualTo("t");
            connection.rollback();
            load(connection, way.schema);
            assertThat(verdicts(connection, way.claim, way.about)).anyMatch(verdict -> !isProved(verdict));
            connection.rollback();
        }
    }

    /// REPLICATION streams everything that is written; JSON that a user edits proves nothing.
    @Test
    void nothing_is_proved_of_a_login_that_streams_or_that_names_itself() throws SQLException {
        var named = POLICY.replace(
                "nullif(current_setting('shop.tenant', true), '')",
                "(current_setting('request.jwt.claims', true)::jsonb -> 'user_metadata' ->> 'tenant')");
        for (var schema : List.of(ITEMS + POLICY + "alter role shop_app replication;", ITEMS + named)) {
            try (var connection = DATABASE.admin()) {
                connection.setAutoCommit(false);
                load(connection, schema);
                assertThat(verdicts(connection, Claim.DISJOINT_READS))
                        .isNotEmpty()
                        .noneMatch(AroundPoliciesTest::isProved);
                connection.rollback();
            }
        }
    }

    @Test
    void what_leads_nowhere_leaves_the_proof() throws SQLException {
        var harmless = List.of(
                "grant shop_reader to shop_app with admin true, inherit false, set false;",
                "grant set on parameter log_statement to shop_app;",
                NOTE + ENTERS,
                "grant pg_monitor to shop_app;");
        for (var grant : harmless) {
            try (var connection = DATABASE.admin()) {
                connection.setAutoCommit(false);
                load(connection, ITEMS + POLICY + grant);
                assertThat(verdicts(connection, Claim.DISJOINT_READS))
                        .as(grant)
                        .isNotEmpty()
                        .allMatch(AroundPoliciesTest::isProved);
                connection.rollback();
            }
        }
    }

    /// Two spellings of one identity are one identity, which the policy does not decide.
    @Test
    void spellings_of_one_identity_are_one() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            load(
                    connection,
                    ITEMS + "alter table shop.item alter tenant_id type text;"
                            + "create policy tenant on shop.item"
                            + " using (lower(tenant_id) = lower(nullif(current_setting('shop.tenant', true), '')));");
            assertThat(verdicts(connection, Claim.DISJOINT_READS)).isNotEmpty().allMatch(AroundPoliciesTest::isProved);
            connection.rollback();
        }
    }

    @Test
    void roles_that_may_attach_triggers_are_an_assumption() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            load(connection, ITEMS + POLICY + "grant trigger on shop.item to shop_app;");
            assertThat(prove(connection).assumptions())
                    .contains("Roles that have TRIGGER on tables of tenants attach no code to them: shop_app.");
            connection.rollback();
        }
    }

    private static boolean isProved(Verdict verdict) {
        return verdict instanceof Verdict.Proved || verdict instanceof Verdict.Closed;
    }

    private static void load(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String attacked(Connection connection, String attack) throws SQLException {
        load(connection, "set local session authorization shop_app; set local shop.tenant = '1'");
        var statements = attack.lastIndexOf("; ");
        load(connection, statements < 0 ? "" : attack.substring(0, statements));
        return FirstColumn.of(connection, attack.substring(statements < 0 ? 0 : statements + 2))
                .getFirst();
    }

    private static Proofs prove(Connection connection) throws SQLException {
        var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
        return Prover.prove(
                connection, Catalog.read(connection), settings, ProveOptions.DEFAULTS, Optional.empty(), _ -> {});
    }

    private static List<Verdict> verdicts(Connection connection, Claim claim) throws SQLException {
        return verdicts(connection, claim, "");
    }

    private static List<Verdict> verdicts(Connection connection, Claim claim, String about) throws SQLException {
        return prove(connection).cells().stream()
                .filter(cell -> cell.claim() == claim && cell.kind() != Cell.Kind.FOREIGN_TABLE)
                .filter(cell -> cell.roles().contains("shop_app"))
                .filter(cell -> claim == Claim.DISJOINT_READS || cell.gate().contains("INSERT"))
                .filter(cell -> (cell.object() + " " + cell.gate()).contains(about))
                .map(Cell::verdict)
                .toList();
    }
}
