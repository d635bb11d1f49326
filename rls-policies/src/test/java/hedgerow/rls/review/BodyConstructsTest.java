package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each construct of a body decides a verdict: of two functions that differ in it alone, one is proved and
/// the other is not. Functions run as the owner of the tables, whom no policy binds, except on
/// `shop.ledger`.
class BodyConstructsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String SHOP = """
        create role shop_owner nologin;
        create role shop_app login;
        create schema shop authorization shop_owner;
        grant usage on schema shop to shop_app;
        set local role shop_owner;
        create function shop.tenant() returns uuid stable
            return nullif(current_setting('shop.tenant', true), '')::uuid;
        create table shop.bill (tenant_id uuid not null, id uuid not null, total int, note text,
                                primary key (tenant_id, id));
        create table shop.ledger (tenant_id uuid not null, id uuid not null, total int, primary key (tenant_id, id));
        alter table shop.bill enable row level security;
        alter table shop.ledger enable row level security;
        alter table shop.ledger force row level security;
        create policy tenant on shop.bill using (tenant_id = shop.tenant());
        create policy tenant on shop.ledger using (tenant_id = shop.tenant());
        grant select, insert, update, delete on shop.bill, shop.ledger to shop_app;
        create function shop.check_tenant(t uuid) returns void stable language plpgsql as $$
            begin if t is distinct from shop.tenant() then raise exception 'no'; end if; end $$;
        create function shop.look_at(t uuid) returns void stable language plpgsql as $$
            begin if t is null then raise exception 'no'; end if; end $$;
        create function shop.bills_of(t uuid) returns table (tenant_id uuid, note text) stable
            language sql as $$ select b.tenant_id, b.note from shop.bill b where b.tenant_id = t $$;
        create table shop.refused (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id));
        alter table shop.refused enable row level security;
        create policy tenant on shop.refused using (tenant_id = shop.tenant());
        create function shop.refuse() returns trigger language plpgsql as $$ begin return null; end $$;
        create trigger refuse before insert on shop.refused for each row execute function shop.refuse();
        create table shop.stamped (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id));
        create function shop.stamp() returns trigger language plpgsql as $$
            begin new.id := gen_random_uuid(); return new; end $$;
        create trigger stamp before insert on shop.stamped for each row execute function shop.stamp();
        create function shop.enter(t uuid) returns void language plpgsql as $$
            begin perform set_config('shop.tenant', t::text, true); end $$;
        """;

    private static final String OWN = "select b.* from shop.bill b where b.tenant_id = t";

    /// Two functions that differ in one construct.
    ///
    /// @param good a function for which the claim holds
    /// @param bad a function that differs in the construct, for which it does not hold
    private record Pair(String construct, String head, String good, String bad) {}

    private static Pair rows(String construct, String good, String bad) {
        return new Pair(construct, "(t uuid) returns setof shop.bill language plpgsql", good, bad);
    }

    private static Pair row(String construct, String good, String bad) {
        return new Pair(construct, "(t uuid) returns text language plpgsql", good, bad);
    }

    private static Pair silent(String construct, String good, String bad) {
        return new Pair(construct, "(t uuid) returns void language plpgsql", good, bad);
    }

    private static Pair sql(String construct, String good, String bad) {
        return new Pair(construct, "(t uuid) returns setof shop.bill language sql", good, bad);
    }

    private static final List<Pair> FLOW = List.of(
            row(
                    "a function in from",
                    "begin return (select b.note from shop.bills_of(shop.tenant()) b limit 1); end",
                    "begin return (select b.note from shop.bills_of(t) b limit 1); end"),
            row(
                    "a lateral sub-select of an outer join",
                    "begin return (select l.note from shop.ledger g left join lateral (select b.note from shop.bill b"
                            + " where b.tenant_id = g.tenant_id limit 1) l on true limit 1); end",
                    "begin return (select l.note from shop.ledger g left join lateral (select b.note from shop.bill b"
                            + " where b.tenant_id <> g.tenant_id limit 1) l on true limit 1); end"),
            rows(
                    "greatest",
                    "begin if greatest(1, case when t = shop.tenant() then 1 else 2 end) > 1 then"
                            + " raise exception 'no'; end if; return query " + OWN + "; end",
                    "begin if least(1, case when t = shop.tenant() then 1 else 2 end) > 1 then"
                            + " raise exception 'no'; end if; return query " + OWN + "; end"),
            rows(
                    "seconds after the transaction began",
                    "begin if now() + interval '1 second' > now() then return; end if; return query " + OWN + "; end",
                    "begin if now() - interval '1 second' > now() then return; end if; return query " + OWN + "; end"),
            rows(
                    "how many are not null",
                    "begin if num_nonnulls(t, nullif(t, shop.tenant())) <> 1 then raise exception 'no'; end if;"
                            + " return query " + OWN + "; end",
                    "begin if num_nonnulls(t, nullif(t, shop.tenant())) > 2 then raise exception 'no'; end if;"
                            + " return query " + OWN + "; end"),
            rows(
                    "what an insert returns",
                    "declare x uuid; begin insert into shop.bill (tenant_id, id) values (shop.tenant(), t)"
                            + " returning tenant_id into x; return query"
                            + " select b.* from shop.bill b where b.tenant_id = x; end",
                    "declare x uuid; begin insert into shop.bill (tenant_id, id) values (shop.tenant(), t)"
                            + " returning id into x; return query"
                            + " select b.* from shop.bill b where b.tenant_id = x; end"),
            rows(
                    "what an insert returns, if it makes a row",
                    "declare x uuid; begin insert into shop.bill (tenant_id, id) values (shop.tenant(), t)"
                            + " on conflict do nothing returning tenant_id into x; return query"
                            + " select b.* from shop.bill b where b.tenant_id = shop.tenant(); end",
                    "declare x uuid; begin insert into shop.bill (tenant_id, id) values (shop.tenant(), shop.tenant())"
                            + " on conflict do nothing returning tenant_id into x; return query"
                            + " select b.* from shop.bill b where x is null; end"),
            rows(
                    "what an insert returns that a trigger refuses",
                    "declare x uuid; begin insert into shop.refused (tenant_id, id) values (shop.tenant(), t)"
                            + " returning tenant_id into x; return query"
                            + " select b.* from shop.bill b where b.tenant_id = shop.tenant(); end",
                    "declare x uuid; begin insert into shop.refused (tenant_id, id) values (shop.tenant(), t)"
                            + " returning tenant_id into x; return query"
                            + " select b.* from shop.bill b where x is null; end"),
            rows(
                    "if and raise",
                    "begin if t is distinct from shop.tenant() then raise exception 'no'; end if; return query " + OWN
                            + "; end",
                    "begin if t is distinct from shop.tenant() then raise notice 'no'; end if; return query " + OWN
                            + "; end"),
            rows(
                    "elsif",
                    "begin if t = shop.tenant() then return query " + OWN
                            + "; elsif t is null then return; end if; end",
                    "begin if t = shop.tenant() then return; elsif t is not null then return query " + OWN
                            + "; end if; end"),
            rows(
                    "else",
                    "begin if t <> shop.tenant() or shop.tenant() is null then return; else return query " + OWN
                            + "; end if; end",
                    "begin if t = shop.tenant() then return; else return query " + OWN + "; end if; end"),
            rows(
                    "case",
                    "begin case t when shop.tenant() then return query " + OWN + "; else return; end case; end",
                    "begin case t when shop.tenant() then return; else return query " + OWN + "; end case; end"),
            rows(
                    "assignment",
                    "declare v uuid := t; begin v := shop.tenant(); return query select b.* from shop.bill b"
                            + " where b.tenant_id = v; end",
                    "declare v uuid := shop.tenant(); begin v := t; return query select b.* from shop.bill b"
                            + " where b.tenant_id = v; end"),
            rows(
                    "alias",
                    "declare v alias for $1; begin if v is distinct from shop.tenant() then return; end if;"
                            + " return query " + OWN + "; end",
                    "declare v alias for $1; begin if v is null then return; end if; return query " + OWN + "; end"),
            rows(
                    "a variable of an inner block",
                    "declare v uuid := shop.tenant(); begin declare v uuid := t; begin null; end;"
                            + " return query select b.* from shop.bill b where b.tenant_id = v; end",
                    "declare v uuid := shop.tenant(); begin declare v uuid := t; begin"
                            + " return query select b.* from shop.bill b where b.tenant_id = v; end; end"),
            rows(
                    "select into",
                    "declare v uuid; begin select shop.tenant() into v; return query select b.* from shop.bill b"
                            + " where b.tenant_id = v; end",
                    "declare v uuid; begin select t into v; return query select b.* from shop.bill b"
                            + " where b.tenant_id = v; end"),
            rows(
                    "a row of a query as one",
                    "declare r shop.bill; begin select b.* into r from shop.bill b where b.tenant_id = shop.tenant()"
                            + " limit 1; return next r; end",
                    "declare r shop.bill; begin select b.* into r from shop.bill b where b.tenant_id = t limit 1;"
                            + " return next r; end"),
            rows(
                    "found",
                    "begin perform 1 where t = shop.tenant(); if not found then return; end if; return query " + OWN
                            + "; end",
                    "begin perform 1 where t = shop.tenant(); if found then return; end if; return query " + OWN
                            + "; end"),
            rows(
                    "functions that yield no row",
                    "begin perform unnest('{}'::int[]); if found then return; end if; return; end",
                    "begin perform unnest('{}'::int[]); if found then return; end if; return query " + OWN + "; end"),
            rows(
                    "for over a query",
                    "declare r shop.bill; begin for r in select b.* from shop.bill b where b.tenant_id = shop.tenant()"
                            + " loop return next r; end loop; end",
                    "declare r shop.bill; begin for r in select b.* from shop.bill b where b.tenant_id = t"
                            + " loop return next r; end loop; end"),
            rows(
                    "exit",
                    "begin loop exit when t is distinct from shop.tenant(); return query " + OWN
                            + "; exit; end loop; end",
                    "begin loop exit when t is null; return query " + OWN + "; exit; end loop; end"),
            rows(
                    "while",
                    "begin while t = shop.tenant() loop return query " + OWN + "; exit; end loop; end",
                    "begin while t is not null loop return query " + OWN + "; exit; end loop; end"),
            rows(
                    "what a loop changes",
                    "declare v uuid := shop.tenant(); begin for i in 1 .. 2 loop return query"
                            + " select b.* from shop.bill b where b.tenant_id = v; end loop; end",
                    "declare v uuid := shop.tenant(); begin for i in 1 .. 2 loop return query"
                            + " select b.* from shop.bill b where b.tenant_id = v; v := t; end loop; end"),
            rows(
                    "exception",
                    "begin return query select b.* from shop.bill b where b.tenant_id = shop.tenant();"
                            + " exception when others then return; end",
                    "begin return query select b.* from shop.bill b where b.tenant_id = shop.tenant();"
                            + " exception when others then return query " + OWN + "; end"),
            rows(
                    "execute of a constant text",
                    "begin return query execute 'select * from shop.bill where tenant_id = $1' using shop.tenant();"
                            + " end",
                    "begin return query execute 'select * from shop.bill where tenant_id = $1' using t; end"),
            rows(
                    "a loop over what is executed",
                    "declare r shop.bill; begin for r in execute 'select * from shop.bill where tenant_id = $1'"
                            + " using shop.tenant() loop return next r; end loop; end",
                    "declare r shop.bill; begin for r in execute 'select * from shop.bill where tenant_id = $1'"
                            + " using t loop return next r; end loop; end"),
            rows(
                    "set_config",
                    "begin perform set_config('shop.other', t::text, true); return query"
                            + " select l.tenant_id, l.id, l.total, '' from shop.ledger l; end",
                    "begin perform set_config('shop.tenant', t::text, true); return query"
                            + " select l.tenant_id, l.id, l.total, '' from shop.ledger l; end"),
            rows(
                    "set_config in a function that is called",
                    "begin return query select l.tenant_id, l.id, l.total, '' from shop.ledger l; end",
                    "begin perform shop.enter(t); return query"
                            + " select l.tenant_id, l.id, l.total, '' from shop.ledger l; end"));

    private static final List<Pair> TOLD = List.of(
            row(
                    "return of a variable",
                    "declare v text; begin select b.note into v from shop.bill b where b.tenant_id = shop.tenant()"
                            + " limit 1; return v; end",
                    "declare v text; begin select b.note into v from shop.bill b where b.tenant_id = t limit 1;"
                            + " return v; end"),
            row(
                    "a variable of a variable",
                    "declare v text; w text; begin select b.note into v from shop.bill b where b.tenant_id = t limit 1;"
                            + " w := v; return 'x'; end",
                    "declare v text; w text; begin select b.note into v from shop.bill b where b.tenant_id = t limit 1;"
                            + " w := v; return w; end"),
            silent(
                    "raise notice",
                    "declare v text; begin select b.note into v from shop.bill b where b.tenant_id = t limit 1;"
                            + " raise notice 'x'; end",
                    "declare v text; begin select b.note into v from shop.bill b where b.tenant_id = t limit 1;"
                            + " raise notice '%', v; end"),
            silent(
                    "raise notice of what was assigned",
                    "declare v text; begin v := (select min(b.note) from shop.bill b where b.tenant_id = t);"
                            + " raise notice 'x'; end",
                    "declare v text; begin v := (select min(b.note) from shop.bill b where b.tenant_id = t);"
                            + " raise notice '%', v; end"),
            silent(
                    "raise exception",
                    "begin raise exception '%', (select min(b.note) from shop.bill b where b.tenant_id ="
                            + " shop.tenant()); end",
                    "begin raise exception '%', (select min(b.note) from shop.bill b where b.tenant_id = t); end"),
            silent(
                    "an option of raise",
                    "begin raise exception 'x' using hint ="
                            + " (select min(b.note) from shop.bill b where b.tenant_id = shop.tenant()); end",
                    "begin raise exception 'x' using hint ="
                            + " (select min(b.note) from shop.bill b where b.tenant_id = t); end"),
            silent(
                    "a caught exception",
                    "begin begin raise exception 'x'; exception when others then raise notice '%', sqlerrm; end; end",
                    "begin begin raise exception '%', (select min(b.note) from shop.bill b where b.tenant_id = t);"
                            + " exception when others then raise notice '%', sqlerrm; end; end"));

    private static final List<Pair> WRITES = List.of(
            silent(
                    "delete",
                    "begin delete from shop.bill b where b.tenant_id = shop.tenant(); end",
                    "begin delete from shop.bill b where b.tenant_id = t; end"),
            silent(
                    "update",
                    "begin update shop.bill b set total = 1 where b.tenant_id = shop.tenant(); end",
                    "begin update shop.bill b set total = 1 where b.tenant_id = t; end"),
            silent(
                    "insert",
                    "begin insert into shop.bill values (shop.tenant(), t, 1); end",
                    "begin insert into shop.bill values (t, t, 1); end"),
            silent(
                    "what with does",
                    "begin with gone as (delete from shop.bill b where b.tenant_id = shop.tenant() returning 1)"
                            + " select from gone; end",
                    "begin with gone as (delete from shop.bill b where b.tenant_id = t returning 1)"
                            + " select from gone; end"),
            silent(
                    "a perform that does",
                    "begin perform 1; end",
                    "begin execute 'delete from shop.bill where tenant_id = $1' using t; end"));

    /// A function may change rows of anybody here, but no answer may depend on them.
    private static final List<Pair> COUNTED = List.of(
            row(
                    "an update that tells nothing",
                    "begin update shop.bill b set total = 1 where b.id = t; return 'done'; end",
                    "begin update shop.bill b set total = 1 where b.id = t;"
                            + " if found then return 'done'; end if; return 'none'; end"),
            row(
                    "an update of which a part tells something",
                    "begin update shop.bill b set total = 1 where b.id = t; return 'done'; end",
                    "begin update shop.bill b set total = 1 where b.tenant_id = shop.tenant()"
                            + " and exists (select from shop.bill o where o.tenant_id = t); return 'done'; end"),
            row(
                    "a merge that does something else where it finds none",
                    "begin update shop.bill b set total = 1 where b.id = t; return 'done'; end",
                    "begin merge into shop.bill b using (values (t)) v (id) on b.id = v.id"
                            + " when not matched then insert (tenant_id, id) values (shop.tenant(), v.id);"
                            + " return 'done'; end"),
            row(
                    "a deletion that is counted",
                    "begin delete from shop.bill b where b.id = t; return 'done'; end",
                    "declare n int; begin delete from shop.bill b where b.id = t;"
                            + " get diagnostics n = row_count; return n::text; end"));

    private static final List<Pair> WITH = List.of(
            with(
                    "what a deletion returns",
                    "delete from shop.ledger where total > 1 returning tenant_id, id",
                    "select tenant_id, id from changed",
                    "select id, id from changed"),
            with(
                    "what an update returns",
                    "update shop.ledger set total = 1 returning id, tenant_id",
                    "select c.tenant_id, c.id from changed c",
                    "select c.id, c.tenant_id from changed c"),
            with(
                    "what an insert in with returns",
                    "insert into shop.ledger values (shop.tenant(), t) returning tenant_id, id",
                    "select tenant_id, id from changed",
                    "select id, tenant_id from changed"),
            with(
                    "what an insert that a trigger changes returns",
                    "insert into shop.stamped values (shop.tenant(), shop.tenant()) returning tenant_id, id",
                    "select tenant_id, id from changed",
                    "select id, tenant_id from changed"),
            with(
                    "the groups of what a deletion returns",
                    "delete from shop.ledger returning tenant_id, id",
                    "select c.tenant_id, t from changed c group by 1 having count(*) > 1",
                    "select c.id, t from changed c group by 1 having count(*) > 1"),
            silent(
                    "the new value that an update returns",
                    "begin with changed as (update shop.bill b set id = shop.tenant() where b.tenant_id = shop.tenant()"
                            + " returning b.id) insert into shop.bill select id, t from changed; end",
                    "begin with changed as (update shop.bill b set id = t where b.tenant_id = shop.tenant()"
                            + " returning b.id) insert into shop.bill select id, t from changed; end"),
            silent(
                    "a grouped sub-select",
                    "begin insert into shop.bill select g.tenant_id, t from"
                            + " (select l.tenant_id, count(*) from shop.ledger l group by 1) g; end",
                    "begin insert into shop.bill select g.id, t from"
                            + " (select l.id, count(*) from shop.ledger l group by 1) g; end"));

    /// RETURNING of a row as it was, from PostgreSQL 18 on.
    private static final Pair OLD = silent(
            "a row as it was",
            "begin with changed as (update shop.bill b set id = shop.tenant() where b.tenant_id = shop.tenant()"
                    + " returning b.id) insert into shop.bill select id, t from changed; end",
            "begin with changed as (update shop.bill b set id = shop.tenant() where b.tenant_id = shop.tenant()"
                    + " returning old.id) insert into shop.bill select id, t from changed; end");

    private static Pair with(String construct, String changed, String good, String bad) {
        var body = "begin with changed as (%s) insert into shop.bill (tenant_id, id) %s on conflict do nothing; end";
        return silent(construct, body.formatted(changed, good), body.formatted(changed, bad));
    }

    private static final List<Pair> SQL = List.of(
            sql(
                    "the last query",
                    "select * from shop.bill where tenant_id = t; select * from shop.bill where tenant_id ="
                            + " shop.tenant()",
                    "select * from shop.bill where tenant_id = shop.tenant(); select * from shop.bill where tenant_id"
                            + " = t"),
            sql(
                    "returning",
                    "update shop.bill set total = 1 where tenant_id = shop.tenant() returning *",
                    "update shop.bill set total = 1 where tenant_id = t returning *"),
            sql(
                    "one of a union",
                    "select * from shop.bill where tenant_id = shop.tenant() union all"
                            + " select * from shop.bill where tenant_id = shop.tenant()",
                    "select * from shop.bill where tenant_id = shop.tenant() union all"
                            + " select * from shop.bill where tenant_id = t"));

    /// The cells by the name of the function.
    private static final Map<String, List<Cell>> CELLS = new TreeMap<>();

    static Stream<Pair> pairs() {
        var old = DATABASE.major() < 18 ? List.<Pair>of() : List.of(OLD);
        return Stream.of(FLOW, TOLD, WRITES, WITH, SQL, old).flatMap(List::stream);
    }

    private static String name(Pair pair, String which) {
        return "shop.\"%s, %s\"".formatted(pair.construct, which);
    }

    @BeforeAll
    static void prove() throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(SHOP);
            for (var pair : Stream.concat(pairs(), counted()).toList()) {
                for (var body : Map.of("good", pair.good, "bad", pair.bad).entrySet()) {
                    scratch.load("create function %s%s security definer as $body$ %s $body$"
                            .formatted(name(pair, body.getKey()), pair.head, body.getValue()));
                }
            }
            scratch.load("reset role");
            var proofs = Scratch.prove(connection, Config.NONE);
            CELLS.putAll(proofs.cells().stream()
                    .filter(cell -> cell.kind() == Cell.Kind.FUNCTION && cell.claim() != Claim.UNBOUND_SEES_NOTHING)
                    .collect(Collectors.groupingBy(
                            cell -> cell.object().substring(0, cell.object().indexOf('(')))));
        }
    }

    private static List<Cell> cells(Pair pair, String which) {
        return CELLS.getOrDefault(name(pair, which), List.of());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_claim_that_the_construct_keeps_is_proved(Pair pair) {
        Predicate<Cell> proved = cell -> cell.verdict() instanceof Verdict.Proved;
        assertThat(cells(pair, "good")).allMatch(proved);
    }

    static Stream<Pair> counted() {
        return COUNTED.stream();
    }

    @ParameterizedTest
    @MethodSource("counted")
    void a_change_is_read_where_something_of_it_is_told(Pair pair) {
        assertThat(reads(pair, "good")).isEmpty();
        assertThat(reads(pair, "bad")).isNotEmpty();
        assertThat(reads(pair, "bad").stream().allMatch(cell -> cell.verdict() instanceof Verdict.Proved))
                .isFalse();
    }

    private static List<Cell> reads(Pair pair, String which) {
        return cells(pair, which).stream()
                .filter(cell -> cell.claim() == Claim.DISJOINT_READS)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_claim_that_the_construct_breaks_is_not_proved(Pair pair) {
        Predicate<Cell> proved = cell -> cell.verdict() instanceof Verdict.Proved;
        assertThat(cells(pair, "bad")).isNotEmpty();
        assertThat(cells(pair, "bad").stream().allMatch(proved)).isFalse();
    }
}
