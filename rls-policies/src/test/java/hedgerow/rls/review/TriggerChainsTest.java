package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Triggers that a statement sets off directly or through others. Each attack is run, and touches a row of
/// another tenant, so that nothing may be proved of the trigger. Its harmless twin differs only in the tenant.
class TriggerChainsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// Drafts and items cannot be written by the application; `other` is a number that it chooses.
    private static final String SHOP = """
        create role shop_app login;
        create schema shop;
        grant usage on schema shop to shop_app;
        create table shop.note (tenant_id int not null, id int not null, other int, primary key (tenant_id, id));
        create table shop.draft (
            tenant_id int not null, id int not null, other int, name text, primary key (tenant_id, id));
        create table shop.item (tenant_id int not null, id int not null, name text, primary key (tenant_id, id));
        do $$ declare each text; begin
            foreach each in array '{note, draft, item}'::text[] loop
                execute format('alter table shop.%s enable row level security', each);
                execute format('create policy home on shop.%s'
                    ' using (tenant_id = nullif(current_setting(''shop.tenant'', true), '''')::int)', each);
                execute format('grant select on shop.%s to shop_app', each);
            end loop;
        end $$;
        grant insert, update, delete on shop.note to shop_app;
        insert into shop.item values (1001, 7, 'theirs');
        """;

    /// A leak by triggers.
    ///
    /// @param schema the leak has `%s` for the column `other`, the harmless twin for `tenant_id`
    /// @param attack statements of `shop_app` of tenant 1, after which [#CHANGED] is true
    /// @param about part of the cells in question
    /// @param provable whether the twin is proved
    private record Chain(String name, String schema, String attack, String about, boolean provable) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String CHANGED =
            "select coalesce(string_agg(i::text, '' order by i.id), '') <> '(1001,7,theirs)' or exists (select from"
                    + " shop.draft where name = 'theirs') from shop.item i where tenant_id = 1001";

    private static final String OWN = "nullif(current_setting('shop.tenant', true), '')::int";

    private static final String OWNED = """
        create role shop_owner;
        grant usage on schema shop to shop_owner;
        do $$ declare each regclass; what regprocedure; begin
            for each in select oid from pg_class where relnamespace = 'shop'::regnamespace and relkind = 'r' loop
                execute 'alter table ' || each || ' owner to shop_owner';
            end loop;
            for what in select oid from pg_proc where pronamespace = 'shop'::regnamespace loop
                execute 'alter function ' || what || ' owner to shop_owner';
            end loop;
        end $$;
        alter table shop.draft force row level security;
        """;

    private static final String NOTED = "insert into shop.note values (1, 1, 1001)";

    static Stream<Chain> chains() {
        return Stream.of(byWrites(), byCopies(), byRows(), byKeys(), byViewsAndPartitions(), withoutEnd())
                .flatMap(chains -> chains);
    }

    private static Stream<Chain> byWrites() {
        var drafts =
                definer("after insert on shop.note", "insert into shop.draft select new.tenant_id, new.id, new.other");
        var items = "insert into shop.item values (new.%s, 8, 'ours')";
        return Stream.of(
                new Chain(
                        "a trigger that runs as the owner of the one which sets it off",
                        drafts + invoker("after insert on shop.draft", items),
                        NOTED,
                        "INSERT of shop.item",
                        true),
                new Chain(
                        "a trigger that runs as its own owner",
                        drafts + definer("after insert on shop.draft", items),
                        NOTED,
                        "INSERT of shop.item",
                        true),
                new Chain(
                        "a deferred trigger",
                        drafts
                                + definer(
                                        "constraint",
                                        "after insert on shop.draft deferrable initially deferred",
                                        items),
                        NOTED + "; set constraints all immediate",
                        "INSERT of shop.item",
                        true),
                new Chain(
                        "a trigger that ON CONFLICT sets off",
                        definer(
                                        "after insert on shop.note",
                                        "insert into shop.draft values (new.tenant_id, 1, new.other)"
                                                + " on conflict (tenant_id, id) do update set other = excluded.other")
                                + definer("after update on shop.draft", items),
                        NOTED + "; insert into shop.note values (1, 2, 1001)",
                        "INSERT of shop.item",
                        true),
                new Chain(
                        "a trigger that MERGE sets off",
                        definer(
                                        "after insert on shop.note",
                                        "merge into shop.draft d using (select new.tenant_id as tenant_id, new.id as"
                                                + " id) n on d.tenant_id = n.tenant_id and d.id = n.id when not matched"
                                                + " then insert (tenant_id, id, other) values (n.tenant_id, n.id,"
                                                + " new.other)")
                                + definer("after insert on shop.draft", items),
                        NOTED,
                        "INSERT",
                        false),
                new Chain(
                        "a trigger before which an extension's sets the time",
                        "create extension moddatetime schema shop; alter table shop.draft add changed_at timestamptz;"
                                + "create trigger changed before update on shop.draft for each row"
                                + " execute function shop.moddatetime(changed_at);"
                                + definer(
                                        "after insert on shop.note",
                                        "insert into shop.draft values (new.tenant_id, 1, new.other);"
                                                + " update shop.draft set id = 2 where tenant_id = new.tenant_id")
                                + definer("after update on shop.draft", items),
                        NOTED,
                        "INSERT of shop.item",
                        true));
    }

    private static Stream<Chain> byCopies() {
        var drafts =
                definer("after insert on shop.note", "insert into shop.draft select new.tenant_id, new.id, new.other");
        return Stream.of(
                new Chain(
                        "a trigger that copies a row for the session to see",
                        definer(
                                "after insert on shop.note",
                                "insert into shop.draft select new.tenant_id, new.id, 0, name from shop.item"
                                        + " where tenant_id = new.%s"),
                        NOTED,
                        "reads shop.item",
                        true),
                new Chain(
                        "a trigger that fills a row with another's",
                        drafts
                                + invoker(
                                        "before insert on shop.draft",
                                        "new.name := (select name from shop.item where tenant_id = new.%s)"),
                        NOTED,
                        "reads shop.item",
                        true));
    }

    private static Stream<Chain> byRows() {
        var items = "insert into shop.item values (new.%s, 8, 'ours')";
        return Stream.of(
                new Chain(
                        "a BEFORE trigger that drops the row",
                        definer(
                                "before insert on shop.note",
                                "insert into shop.item values ("
                                        + "case when 'other' = '%s' then new.tenant_id else " + OWN
                                        + " end, 8, 'ours');"
                                        + " return null"),
                        "insert into shop.note values (1001, 1, 1001)",
                        "INSERT of shop.item",
                        true),
                new Chain(
                        "a BEFORE trigger that changes the row afterwards",
                        definer(
                                "before insert on shop.note",
                                "insert into shop.item values ("
                                        + "case when 'other' = '%s' then new.tenant_id"
                                        + " else " + OWN + " end, 8, 'ours'); new.tenant_id := " + OWN),
                        "insert into shop.note values (1001, 1, 1001)",
                        "INSERT of shop.item",
                        true),
                new Chain(
                        "a trigger of statements",
                        "create policy none on shop.note as restrictive for update using (false);"
                                + definer(
                                        "statement",
                                        "after update on shop.note",
                                        "delete from shop.item where '%s' = 'other'"),
                        "update shop.note set other = 1",
                        "DELETE of shop.item",
                        true),
                new Chain(
                        "a trigger of statements with a transition table",
                        definer(
                                "statement",
                                "after insert on shop.note referencing new table as fresh",
                                "insert into shop.item select %s, 8, 'ours' from fresh"),
                        NOTED,
                        "INSERT",
                        false),
                new Chain(
                        "a trigger under another identity",
                        invoker(
                                        "after insert on shop.note",
                                        "perform set_config('shop.tenant', new.%s::text, true);" + items)
                                + "grant insert on shop.item to shop_app;",
                        NOTED,
                        "INSERT of shop.item",
                        true));
    }

    private static Stream<Chain> byKeys() {
        var deleted = "delete from shop.item where tenant_id = old.%s";
        var drafted = "insert into shop.note values (1, 1, 0);"
                + " reset session authorization; insert into shop.draft values (1, 1, 1001);"
                + " set local session authorization shop_app;";
        var reference = "alter table shop.draft add foreign key (tenant_id, id) references shop.note on delete ";
        return Stream.of(
                new Chain(
                        "a trigger of a row that is deleted with another",
                        reference + "cascade;" + definer("after delete on shop.draft", deleted),
                        drafted + "delete from shop.note",
                        "DELETE of shop.item",
                        true),
                new Chain(
                        "a trigger that runs as the owner of a row that is deleted with another",
                        reference + "cascade;" + invoker("before delete on shop.draft", deleted),
                        drafted + "delete from shop.note",
                        "DELETE of shop.item",
                        true),
                new Chain(
                        "a trigger of a row that loses its reference",
                        reference
                                        .replace("(tenant_id, id)", "(tenant_id, note)")
                                        .replace("add ", "add note int, add ") + "set null (note);"
                                + definer("after update on shop.draft", deleted),
                        drafted.replace("1001);", "1001); update shop.draft set note = 1;") + "delete from shop.note",
                        "DELETE of shop.item",
                        true),
                new Chain(
                        "a trigger that a trigger's DELETE reaches by a key",
                        "create table shop.part (tenant_id int, id int, other int, foreign key (tenant_id, id)"
                                + " references shop.draft on delete cascade);"
                                + definer(
                                        "after delete on shop.note",
                                        "delete from shop.draft" + " where tenant_id = old.tenant_id and id = old.id")
                                + definer("after delete on shop.part", deleted),
                        drafted.replace("1001);", "0); insert into shop.part values (1, 1, 1001);")
                                + "delete from shop.note",
                        "DELETE",
                        false));
    }

    private static Stream<Chain> byViewsAndPartitions() {
        var items = "insert into shop.item values (new.%s, 8, 'ours')";
        return Stream.of(
                new Chain(
                        "a trigger in place of a statement on a view",
                        "create view shop.notes as select * from shop.note; grant insert on shop.notes to shop_app;"
                                + definer(
                                        "instead of insert on shop.notes",
                                        "insert into shop.draft values" + " (" + OWN + ", 1, new.other)")
                                + definer("after insert on shop.draft", items),
                        "insert into shop.notes values (1, 1, 1001)",
                        "INSERT of shop.item",
                        true),
                new Chain(
                        "a trigger of a table behind a view",
                        "create view shop.drafts as select * from shop.draft where id > 0 with check option;"
                                + "grant insert on shop.drafts to shop_app;"
                                + definer("after insert on shop.draft", items),
                        "insert into shop.drafts values (1, 1, 1001)",
                        "INSERT of shop.item",
                        false),
                new Chain(
                        "a trigger of a table that a rule writes",
                        "create rule drafts as on insert to shop.note do also"
                                + " insert into shop.draft values (new.tenant_id, new.id, new.other);"
                                + definer("after insert on shop.draft", items),
                        NOTED,
                        "INSERT of shop.item",
                        false),
                new Chain(
                        "a trigger of a partition",
                        "create table shop.event (tenant_id int not null, id int not null, other int)"
                                + " partition by list (tenant_id);"
                                + "create table shop.event_1 partition of shop.event for values in (1);"
                                + "alter table shop.event enable row level security;"
                                + "create policy home on shop.event"
                                + " using (tenant_id = " + OWN + ");"
                                + "grant insert on shop.event to shop_app;"
                                + definer("after insert on shop.event_1", items),
                        "insert into shop.event values (1, 1, 1001)",
                        "INSERT of shop.item",
                        false),
                new Chain(
                        "a trigger of TRUNCATE",
                        "create table shop.log (line text); grant truncate on shop.log to shop_app;"
                                + definer(
                                        "statement",
                                        "before truncate on shop.log",
                                        "delete from shop.item where '%s' = 'other'"),
                        "truncate shop.log",
                        "TRUNCATE",
                        false));
    }

    /// Triggers that set off themselves, of an owner whom policies bind where it writes drafts.
    private static Stream<Chain> withoutEnd() {
        var again = definer(
                        "after insert on shop.draft",
                        "if new.id < 3 then insert into shop.draft values (new.tenant_id, new.id + 1, new.other); end"
                                + " if; insert into shop.item values (new.%s, new.id + 7, 'ours')")
                + OWNED;
        return Stream.of(
                new Chain(
                        "a trigger that sets off itself",
                        definer(
                                        "after insert on shop.note",
                                        "insert into shop.draft values (new.tenant_id, 1, new.other)")
                                + again,
                        NOTED,
                        "INSERT",
                        true),
                new Chain(
                        "a trigger that sets off itself under another identity",
                        definer(
                                        "after insert on shop.note",
                                        "perform set_config('shop.tenant', new.%s::text, true);"
                                                + " insert into shop.draft values (new.%s, 1, new.tenant_id)")
                                + again.replace("new.%s", "new.tenant_id"),
                        NOTED,
                        "INSERT",
                        true));
    }

    private static String definer(String event, String body) {
        return definer("", event, body);
    }

    private static String definer(String kind, String event, String body) {
        return trigger(kind, event, body, "security definer set search_path = pg_catalog");
    }

    private static String invoker(String event, String body) {
        return trigger("", event, body, "");
    }

    private static String trigger(String kind, String event, String body, String rights) {
        var name = event.replaceAll("\\W+", "_");
        var row = event.contains("delete") ? "old" : "new";
        return """
            create function shop.%1$s() returns trigger language plpgsql %4$s as $$ begin %3$s; return %6$s; end $$;
            create %5$s trigger %1$s %2$s for each %7$s execute function shop.%1$s();
            """.formatted(
                        name,
                        event,
                        body,
                        rights,
                        kind.equals("constraint") ? kind : "",
                        row,
                        kind.equals("statement") ? kind : "row");
    }

    @ParameterizedTest
    @MethodSource("chains")
    void a_trigger_that_gets_by_leaves_the_claim_open(Chain chain) throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            load(connection, SHOP + chain.schema.replace("%s", "other"));
            load(connection, "set local session authorization shop_app; set local shop.tenant = '1'");
            load(connection, chain.attack);
            load(connection, "reset session authorization");
            assertThat(FirstColumn.of(connection, CHANGED)).as("the attack").containsExactly("t");
            connection.rollback();
            load(connection, SHOP + chain.schema.replace("%s", "other"));
            assertThat(verdicts(connection, chain.about)).isNotEmpty().anyMatch(verdict -> !isProved(verdict));
            connection.rollback();
        }
    }

    @ParameterizedTest
    @MethodSource("chains")
    void its_harmless_twin_stays_proved_where_it_can_be(Chain chain) throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            load(connection, SHOP + chain.schema.replace("%s", "tenant_id"));
            var verdicts = verdicts(connection, chain.about);
            assertThat(verdicts).isNotEmpty();
            assertThat(verdicts.stream().allMatch(TriggerChainsTest::isProved)).isEqualTo(chain.provable);
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

    private static List<Verdict> verdicts(Connection connection, String about) throws SQLException {
        var proofs = Scratch.prove(connection, Config.NONE);
        return proofs.cells().stream()
                .filter(cell -> cell.kind() == Cell.Kind.TRIGGER && cell.gate().contains(about))
                .map(Cell::verdict)
                .toList();
    }
}
