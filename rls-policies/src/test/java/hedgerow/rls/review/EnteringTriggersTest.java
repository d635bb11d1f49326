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

/// A trigger gives the session another identity before a policy is evaluated, by ways that its own text
/// does not show. Each is an attack that the server admits, so nothing about the table is proved: neither
/// by a role that can parse the bodies nor by one that cannot.
class EnteringTriggersTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String OTHERS = "b0000000-0000-4000-8000-000000000002";

    private static final String BILLS = """
        create role bill_app login;
        create role bill_reader;
        create schema bill;
        grant usage on schema bill to bill_app;
        create table bill.charge (tenant_id uuid not null, id int not null, primary key (tenant_id, id));
        alter table bill.charge enable row level security;
        create policy tenant on bill.charge using (tenant_id = nullif(current_setting('bill.tenant', true), '')::uuid);
        grant select, insert, update, delete on bill.charge to bill_app;
        create table bill.note (tenant_id uuid);
        insert into bill.charge values ('%1$s', 7);
        create function bill.enter(t uuid) returns boolean language plpgsql security definer as $$
            begin perform set_config('bill.tenant', t::text, true); return true; end $$;
        """.formatted(OTHERS);

    private static final String WRITES_A_NOTE = trigger("insert into bill.note values (new.tenant_id); return new;");

    private static final String CONSTANT = "set_config('bill.tenant', '" + OTHERS + "', true)";

    /// A way to change the identity.
    ///
    /// @param also other triggers and rules that the trigger sets off
    private record Way(String name, String also) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static String trigger(String body) {
        return trigger("before insert on bill.charge for each row", body);
    }

    private static String trigger(String when, String body) {
        return "create function bill.fires() returns trigger language plpgsql security definer as $$ begin " + body
                + " end $$; create trigger fires " + when + " execute function bill.fires();";
    }

    static Stream<Way> insertions() {
        return Stream.of(
                new Way("by name", trigger("perform bill.enter(new.tenant_id); return new;")),
                new Way("by a name in capitals", trigger("PERFORM Bill.ENTER (new.tenant_id); return new;")),
                new Way("by a quoted name", trigger("perform \"bill\".\"enter\"(new.tenant_id); return new;")),
                new Way(
                        "before the statement",
                        trigger(
                                "before insert on bill.charge for each statement",
                                "perform " + CONSTANT + "; return null;")),
                new Way(
                        "by an operator",
                        "create function bill.both(a int, t uuid) returns boolean language sql as"
                                + " 'select bill.enter(t)'; create operator bill.### (function = bill.both,"
                                + " leftarg = int, rightarg = uuid);"
                                + trigger("if 1 operator(bill.###) new.tenant_id then return new; end if; return"
                                        + " null;")),
                new Way(
                        "by a cast",
                        "create type bill.door as (t uuid); create function bill.opened(t uuid) returns bill.door"
                                + " language plpgsql as $$ begin perform bill.enter(t); return row(t); end $$;"
                                + "create cast (uuid as bill.door) with function bill.opened(uuid);"
                                + trigger("perform cast(new.tenant_id as bill.door); return new;")),
                new Way(
                        "by the check of a domain",
                        "create domain bill.entrance as uuid check (bill.enter(value));"
                                + trigger("perform new.tenant_id::bill.entrance; return new;")),
                new Way(
                        "by an aggregate",
                        "create function bill.collected(seen uuid, t uuid) returns uuid language plpgsql as $$ begin"
                                + " perform bill.enter(t); return t; end $$; create aggregate bill.last(uuid)"
                                + " (sfunc = bill.collected, stype = uuid);"
                                + trigger("perform bill.last(new.tenant_id); return new;")),
                new Way(
                        "by a body that is stored as a tree",
                        "create function bill.stored(t uuid) returns text"
                                + " return set_config('bill.tenant', t::text, true);"
                                + trigger("perform bill.stored(new.tenant_id); return new;")),
                new Way(
                        "by a trigger of another table",
                        WRITES_A_NOTE
                                + "create function bill.noted() returns trigger language plpgsql as $$ begin"
                                + " perform bill.enter(new.tenant_id); return new; end $$;"
                                + "create trigger noted after insert on bill.note for each row"
                                + " execute function bill.noted();"),
                new Way(
                        "by a check of another table",
                        WRITES_A_NOTE + "alter table bill.note add check (bill.enter(tenant_id));"),
                new Way(
                        "by a default of another table",
                        WRITES_A_NOTE + "alter table bill.note add entered text default " + CONSTANT + ";"),
                new Way(
                        "by a rule of another table",
                        WRITES_A_NOTE + "create rule entering as on insert to bill.note do also"
                                + " select bill.enter(new.tenant_id);"),
                new Way(
                        "by a view of another table",
                        "create view bill.notes as select * from bill.note;"
                                + trigger("insert into bill.notes values (new.tenant_id); return new;")
                                + "alter table bill.note add check (bill.enter(tenant_id));"));
    }

    @ParameterizedTest
    @MethodSource("insertions")
    void nothing_is_proved_of_inserts(Way way) throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            load(connection, BILLS + way.also());
            attack(connection, "insert into bill.charge values ('%s', 8)".formatted(OTHERS));
            assertThat(count(connection, "where id = 8")).as("the attack").isEqualTo("1");
            connection.rollback();
            for (var reader : List.of("none", "bill_reader")) {
                load(connection, BILLS + way.also());
                assertThat(verdicts(connection, reader, "INSERT"))
                        .isNotEmpty()
                        .noneMatch(Verdict.Proved.class::isInstance);
                connection.rollback();
            }
        }
    }

    /// A row of another tenant is deleted, which the policy would not have shown.
    @Test
    void nothing_is_proved_of_deletes_after_a_statement_trigger() throws SQLException {
        var schema = BILLS
                + trigger("before delete on bill.charge for each statement", "perform " + CONSTANT + "; return null;");
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            load(connection, schema);
            attack(connection, "delete from bill.charge");
            assertThat(count(connection, "")).as("the attack").isEqualTo("0");
            connection.rollback();
            load(connection, schema);
            assertThat(verdicts(connection, "none", "DELETE")).isNotEmpty().noneMatch(Verdict.Proved.class::isInstance);
            connection.rollback();
        }
    }

    /// A partition's own triggers fire before the policies of the table above it are evaluated.
    @Test
    void nothing_is_proved_where_a_partitions_trigger_changes_the_identity() throws SQLException {
        var schema = BILLS.replace(
                        "primary key (tenant_id, id));",
                        "primary key (tenant_id, id)) partition by list (id);"
                                + " create table bill.seventh partition of bill.charge for values in (7, 8);")
                + trigger(
                        "before insert on bill.seventh for each row", "perform bill.enter(new.tenant_id); return new;");
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            load(connection, schema);
            attack(connection, "insert into bill.charge values ('%s', 8)".formatted(OTHERS));
            assertThat(count(connection, "where id = 8")).as("the attack").isEqualTo("1");
            connection.rollback();
            load(connection, schema);
            assertThat(verdicts(connection, "none", "INSERT")).isNotEmpty().noneMatch(Verdict.Proved.class::isInstance);
            connection.rollback();
        }
    }

    /// It runs no sooner than the session makes it run, which is reported.
    @Test
    void a_deferred_trigger_that_enters_is_an_assumption() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            load(
                    connection,
                    BILLS + WRITES_A_NOTE
                            + "create function bill.noted() returns trigger language plpgsql as $$ begin"
                            + " perform bill.enter(new.tenant_id); return null; end $$;"
                            + "create constraint trigger noted after insert on bill.note deferrable initially"
                            + " deferred for each row execute function bill.noted();");
            assertThat(verdicts(connection, "none", "INSERT")).isNotEmpty().allMatch(Verdict.Proved.class::isInstance);
            assertThat(prove(connection).assumptions()).anyMatch(line -> line.contains("noted on bill.note"));
            connection.rollback();
        }
    }

    @Test
    void a_trigger_that_enters_nothing_leaves_the_proof() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            for (var reader : List.of("none", "bill_reader")) {
                load(connection, BILLS + WRITES_A_NOTE);
                assertThat(verdicts(connection, reader, "INSERT"))
                        .isNotEmpty()
                        .allMatch(Verdict.Proved.class::isInstance);
                connection.rollback();
            }
        }
    }

    private static void load(Connection connection, String schema) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(schema);
        }
    }

    /// Attacks as another tenant than the row's.
    private static void attack(Connection connection, String sql) throws SQLException {
        load(
                connection,
                "set local session authorization bill_app;"
                        + " set local bill.tenant = 'a0000000-0000-4000-8000-000000000001'; " + sql
                        + "; reset session authorization");
    }

    private static String count(Connection connection, String where) throws SQLException {
        return FirstColumn.of(connection, "select count(*) from bill.charge " + where)
                .getFirst();
    }

    private static Proofs prove(Connection connection) throws SQLException {
        var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
        return Prover.prove(
                connection, Catalog.read(connection), settings, ProveOptions.DEFAULTS, Optional.empty(), _ -> {});
    }

    private static List<Verdict> verdicts(Connection connection, String reader, String gate) throws SQLException {
        load(connection, "set local role " + reader);
        return prove(connection).cells().stream()
                .filter(cell -> cell.claim() == Claim.WRITES_STAY_HOME
                        && cell.kind() == Cell.Kind.TABLE
                        && cell.object().equals("bill.charge")
                        && cell.gate().equals(gate)
                        && cell.roles().contains("bill_app"))
                .map(Cell::verdict)
                .toList();
    }
}
