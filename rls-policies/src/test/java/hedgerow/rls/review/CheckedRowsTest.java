package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A leak is seen although CHECKs refuse most rows of the table: those that are placed to see it meet them.
class CheckedRowsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// A table with checks, and a function that leaks its rows.
    ///
    /// @param columns of the table, besides `tenant_id` and `id`
    /// @param head of the function, from its arguments on
    private record Leak(String checks, String columns, String head, String body) {

        @Override
        public String toString() {
            return checks;
        }
    }

    static Stream<Leak> leaks() {
        return Stream.of(
                new Leak(
                        "a time after another, which is the present by default",
                        "made_at timestamptz not null default now(), ends_at timestamptz not null check (ends_at >"
                                + " made_at)",
                        "() returns setof uuid language sql",
                        "select x.id from %s x where x.ends_at < now()"),
                new Leak(
                        "columns that depend on a kind",
                        "kind text not null, issuer text not null, subject text not null,"
                                + " email text check (email = lower(email) and email like '_%%@_%%'),"
                                + " check (kind <> 'email' or (email is not null and subject = email and issuer = ''))",
                        "() returns setof uuid language sql",
                        "select x.id from %s x where x.kind = 'email'"),
                new Leak(
                        "a text that is joined of others",
                        "kind text not null, subject text not null, check (subject = kind || ':' || id::text)",
                        "(t uuid) returns setof uuid language sql",
                        "select x.tenant_id from %s x where x.subject = 'user:' || t and x.kind = 'user'"),
                new Leak(
                        "capital letters",
                        "country text not null check (country ~ '^[A-Z]{2}$')",
                        "(c text) returns setof uuid language sql",
                        "select x.id from %s x where lower(x.country) = lower(c)"),
                new Leak(
                        "a text of some length",
                        "kind text not null check (kind ~ '^[a-z_]{1,30}$')",
                        "(kinds text[]) returns setof uuid language sql",
                        "select x.id from %s x where x.kind = any (kinds)"),
                new Leak(
                        "a pattern that an argument must meet",
                        "address text not null check (address ~ '^0x[0-9a-f]{40}$')",
                        "(a text) returns setof uuid language plpgsql",
                        "begin insert into %1$s (tenant_id, id, address) values (shop.tenant(), gen_random_uuid(), a);"
                                + " return query select x.id from %1$s x where x.tenant_id <> shop.tenant(); end"),
                new Leak(
                        "a row that is due, of a kind that is asked for",
                        "kind text not null check (kind ~ '^[a-z]{1,9}$'), due_at timestamptz not null",
                        "(kinds text[], most integer) returns setof text language plpgsql",
                        "begin insert into shop.queue select x.kind, x.due_at from %s x; return query select q.kind"
                            + " from shop.queue q where q.kind = any (kinds) and q.due_at <= now() limit most; end"),
                new Leak(
                        "a row among those that a number limits",
                        "ends_at timestamptz not null",
                        "(most integer) returns integer language plpgsql",
                        "declare gone integer; begin delete from %1$s d where d.id in (select x.id from %1$s x"
                                + " where x.ends_at < now() order by x.ends_at limit most);"
                                + " get diagnostics gone = row_count; return gone; end"));
    }

    private static List<Cell> cells;

    @BeforeAll
    static void prove() throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load("""
                create role shop_owner nologin;
                create role shop_app login;
                create schema shop authorization shop_owner;
                grant usage on schema shop to shop_app;
                set local role shop_owner;
                create function shop.tenant() returns uuid stable
                    return nullif(current_setting('shop.tenant', true), '')::uuid;
                create table shop.queue (kind text, due_at timestamptz);
                """);
            for (var leak : leaks().toList()) {
                var table = "shop.\"%s\"".formatted(leak.checks);
                scratch.load("create table %s (tenant_id uuid not null, id uuid primary key, %s)"
                        .formatted(table, leak.columns.replace("%%", "%")));
                scratch.load("alter table %s enable row level security".formatted(table));
                scratch.load("create policy home on %s using (tenant_id = shop.tenant())".formatted(table));
                scratch.load("grant select on %s to shop_app".formatted(table));
                scratch.load("create function %s%s security definer as $body$ %s $body$"
                        .formatted(table, leak.head, leak.body.formatted(table)));
            }
            scratch.load("reset role");
            cells = Scratch.prove(connection, Config.NONE).cells();
        }
    }

    @ParameterizedTest
    @MethodSource("leaks")
    void a_leak_of_checked_rows_is_seen(Leak leak) {
        assertThat(cells)
                .filteredOn(cell -> cell.kind() == Cell.Kind.FUNCTION
                        && cell.claim() == Claim.DISJOINT_READS
                        && cell.object().startsWith("shop.\"" + leak.checks + "\"("))
                .isNotEmpty()
                .allSatisfy(cell -> assertThat(cell.verdict())
                        .isInstanceOfSatisfying(
                                Verdict.Refuted.class,
                                refuted -> assertThat(refuted.leak().seen()).isTrue()));
    }
}
