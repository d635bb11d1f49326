package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Many spellings, one table each, with the exact findings of the rules about expressions on each at `warn`
/// or above.
class ExpressionRulesTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String PRELUDE = """
        create role rule_app login;
        create role rule_group nologin;
        create role rule_quiet login noinherit;
        grant rule_group to rule_quiet;
        create schema app;
        grant usage on schema app to public;
        create schema auth;
        grant usage on schema auth to public;
        create extension citext schema app;
        create type app.state as enum ('open', 'closed');
        create domain app.tenant as uuid;
        create collation app.nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        create function app.tenant_id() returns uuid language sql stable parallel safe
            return nullif(current_setting('app.tenant_id', true), '')::uuid;
        create function app.guarded_tenant_id() returns uuid language sql stable parallel safe
            return case when current_setting('app.tenant_id', true) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                        then current_setting('app.tenant_id', true)::uuid end;
        create function app.text_tenant_id() returns uuid language sql stable as
            $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;
        create function app.plpgsql_tenant_id() returns uuid language plpgsql stable parallel safe as $$
            begin return nullif(current_setting('app.tenant_id', true), '')::uuid; end $$;
        create function app.long_tenant_id() returns uuid language plpgsql stable parallel safe as $$
            declare found text := current_setting('app.tenant_id', true);
            begin if found = '' then return null; end if; return found::uuid; end $$;
        create function app.claim(name text) returns text language sql stable as
            $$ select nullif(current_setting('app.user', true), '')::jsonb ->> name $$;
        create function auth.jwt() returns jsonb language sql stable as
            $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                               nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
        create function auth.uid() returns uuid language sql stable as
            $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                               (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
        create function auth.role() returns text language sql stable as
            $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $$;
        """;

    private static final String TABLE = """
        create table app.t%1$d (
            tenant_id uuid not null, owner_id uuid, id int not null, slug text not null, code char(8) not null,
            folded text collate app.nocase not null, label app.citext not null, number bigint not null,
            domained app.tenant not null, state app.state not null, status text not null, is_public boolean not null,
            created_at timestamptz not null, deleted_at timestamptz, tags text[] not null, primary key (tenant_id, id));
        alter table app.t%1$d enable row level security;
        alter table app.t%1$d force row level security;
        grant select, insert, update, delete on app.t%1$d to rule_app, rule_quiet;
        """;

    private final List<Expectation> expectations = new ArrayList<>();

    /// The expected findings.
    ///
    /// @param policies each after `create policy p on t`
    private record Expectation(Set<String> rules, List<String> policies) {}

    private void expect(String rules, String... policies) {
        expectations.add(new Expectation(
                new TreeSet<>(rules.isEmpty() ? List.of() : List.of(rules.split(" "))), List.of(policies)));
    }

    private void silent(String... policies) {
        expect("", policies);
    }

    private static final String BOUND = "tenant_id = (select app.tenant_id())";

    private void cleanTwins() {
        silent("using (" + BOUND + ")");
        silent("using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)");
        silent("using (tenant_id = current_setting('app.tenant_id', true)::uuid)");
        silent("using (tenant_id = current_setting('app.tenant_id')::uuid)");
        silent("using (tenant_id::text = current_setting('app.tenant_id', true))");
        silent("using (slug = current_setting('app.tenant_slug', true))");
        silent("using (number = nullif(current_setting('app.account', true), '')::bigint)");
        silent("using (domained = app.tenant_id())");
        silent("using (tenant_id = app.guarded_tenant_id())");
        silent("using (tenant_id = (select app.text_tenant_id()))");
        silent("using (tenant_id = (select app.plpgsql_tenant_id()))");
        silent("using (tenant_id = (select app.long_tenant_id()))");
        silent("using (app.tenant_id() = tenant_id)");
        silent("using (owner_id = auth.uid())");
        silent("using (owner_id = (select auth.uid()))");
        silent("using (tenant_id = (auth.jwt() ->> 'tenant_id')::uuid)");
        silent("using (tenant_id = (auth.jwt() -> 'app_metadata' ->> 'tenant_id')::uuid)");
        silent("using (tenant_id = any (string_to_array(current_setting('app.tenants', true), ',')::uuid[]))");
        silent("using (tenant_id is not distinct from app.tenant_id())");
        silent("using (case when app.tenant_id() is null then false else tenant_id = app.tenant_id() end)");
        silent("using (not (tenant_id <> app.tenant_id()))");
        silent("using (" + BOUND + " and (status = 'open' or is_public))");
        silent("using (coalesce(tenant_id = app.tenant_id(), false))");
        silent("using ((tenant_id = app.tenant_id()) is true)");
        silent("as restrictive using (" + BOUND + ")", "using (true)");
        silent(
                "as restrictive using (" + BOUND + ")",
                "for select using (true)",
                "for insert with check (true)",
                "for update using (true) with check (true)",
                "for delete using (true)");
        expect("published-rows", "for select using (is_public or " + BOUND + ")");
        expect("published-rows", "for select using (is_public = true or " + BOUND + ")");
        silent("for insert", "for select using (" + BOUND + ")");
        silent("for update using (" + BOUND + ")", "for select using (" + BOUND + ")");
        silent("to rule_group using (" + BOUND + ")");
        silent("as restrictive using (true)".replace("true", BOUND));
        silent("using (false)");
        silent("using (tenant_id = app.tenant_id() and created_at < now() and state = 'open' and tags @> '{a}')");
        silent("using (slug like 'public-%' and " + BOUND + ")");
        silent("using (id = any (array[1, 2, 3]) and " + BOUND + ")");
        silent("using (" + BOUND + " and (app.tenant_id() is not null or true))");
        silent("using (label = current_setting('app.tenant_slug', true))");
        silent("for select using (" + BOUND + ")", "for select to rule_group using (" + BOUND + " and is_public)");
        silent(
                "as restrictive for all to public using (" + BOUND + ") with check (" + BOUND + ")",
                "for select to rule_app using (current_setting('app.role', true) = 'admin')");
    }

    private void constants() {
        expect("policy-always-true", "using (true)");
        expect("policy-tautology", "using (not false)");
        expect("policy-tautology", "using (1 = 1)");
        expect("policy-tautology", "using (id = id)");
        expect("policy-tautology", "using (tenant_id is not null)");
        expect("policy-tautology", "using (" + BOUND + " or true)");
        expect("policy-tautology", "using (is_public or not is_public)");
        expect("policy-tautology", "using (tenant_id is not distinct from tenant_id)");
        expect("policy-tautology", "using (coalesce(tenant_id = tenant_id, false))");
        expect("policy-tautology", "using (case when is_public then true else not is_public end)");
        expect("policy-tautology", "using (not (id <> id))");
        expect("policy-tautology", "using (id in (id, 5))");
        expect("policy-tautology", "using (exists (select 1))");
        expect("policy-tautology", "using ((select 1) = 1)");
        expect("policy-tautology", "using (nullif(id, id) is null)");
        expect("policy-tautology", "using (id > 0 or id <= 0)");
        expect(
                "policy-tautology",
                "using (current_setting('app.tenant_id', true) = current_setting('app.tenant_id', true)"
                        + " or current_setting('app.tenant_id', true) is null)");
        expect("policy-tautology", "using (auth.role() is distinct from 'user' or auth.role() = 'user')");
        expect("policy-without-column", "using (coalesce(auth.role(), 'none') is distinct from 'user')");
        expect("policy-without-column", "using (current_setting('app.role', true) is distinct from 'user')");
        expect("policy-without-column", "using (auth.role() is null or auth.role() <> all ('{user,guest}'))");
        expect("disjunct-without-tenant", "using (" + BOUND + " or coalesce(auth.role(), 'none') <> 'user')");
        expect("policy-without-column", "using (coalesce(auth.role(), 'none') not like 'user%')");
        expect("policy-without-column", "using (current_user <> 'rule_app')");
        expect(
                "policy-without-column",
                "using (auth.role() is distinct from 'user' or current_setting('app.role', true) is distinct from"
                        + " 'x')");
        expect("literal-tenant", "using (tenant_id is distinct from '11111111-1111-4111-8111-111111111111')");
    }

    private void failOpen() {
        var variable = "nullif(current_setting('app.tenant_id', true), '')::uuid";
        expect("policy-open-when-unset", "using (tenant_id = coalesce(" + variable + ", tenant_id))");
        expect("policy-open-when-unset", "using (" + variable + " is null or tenant_id = " + variable + ")");
        expect("policy-open-when-unset", "using (app.tenant_id() is null or tenant_id = app.tenant_id())");
        expect("policy-open-when-unset", "using ((select app.tenant_id()) is null or " + BOUND + ")");
        expect("policy-open-when-unset", "using (coalesce(tenant_id = app.tenant_id(), true))");
        expect("policy-open-when-unset", "using ((tenant_id = app.tenant_id()) is not false)");
        expect("policy-open-when-unset", "using ((tenant_id <> app.tenant_id()) is not true)");
        expect(
                "policy-open-when-unset",
                "using (case when app.tenant_id() is null then true else tenant_id = app.tenant_id() end)");
        expect(
                "policy-open-when-unset",
                "using (tenant_id::text = coalesce(current_setting('app.tenant_id', true)," + " tenant_id::text))");
        expect("policy-open-when-unset", "using (auth.uid() is null or owner_id = auth.uid())");
        expect(
                "policy-open-when-empty",
                "using (current_setting('app.tenant_id', true) = '' or tenant_id = app.tenant_id())");
        expect(
                "policy-open-when-unset",
                "using (coalesce(current_setting('app.tenant_id', true), '') = '' or tenant_id = app.tenant_id())");
        expect(
                "policy-open-when-unset",
                "as restrictive using (app.tenant_id() is null or tenant_id = app.tenant_id())",
                "using (true)");
        expect("unset-matches-null-tenant", "using (owner_id is not distinct from app.tenant_id())");
        expect("null-tenant-visible", "using (owner_id is null or owner_id = app.tenant_id())");
        expect("permissive-policy-opens-tenant", "using (" + BOUND + ")", "for select using (deleted_at is null)");
        expect("disjunct-without-tenant", "using (" + BOUND + " or deleted_at is null)");
        silent("as restrictive using (" + BOUND + ")", "using (deleted_at is null)");
        silent("using (" + BOUND + " and deleted_at is null)");
        expect("null-tenant-visible", "using (coalesce(owner_id, app.tenant_id()) = app.tenant_id())");
    }

    private void openings() {
        expect("disjunct-without-tenant", "using (" + BOUND + " and id > 5 or status = 'open')");
        expect("disjunct-without-tenant", "for select using (" + BOUND + " or status = 'closed')");
        expect("disjunct-without-tenant", "using (" + BOUND + " or is_public)");
        expect("disjunct-without-tenant", "using (not (not (tenant_id = app.tenant_id()) and status <> 'open'))");
        expect(
                "permissive-policy-opens-tenant",
                "for select using (" + BOUND + ")",
                "for select using (status = 'open')");
        expect("permissive-policy-opens-tenant policy-always-true", "using (" + BOUND + ")", "for select using (true)");
        expect("permissive-policy-opens-tenant", "using (" + BOUND + ")", "for select using (length(slug) < 1000)");
        expect("published-rows", "using (" + BOUND + ")", "for select using (status <> 'private')");
        expect("blind-write", "for select using (" + BOUND + ")", "for delete using (id > 0)");
        expect("blind-write policy-always-true", "for select using (" + BOUND + ")", "for delete using (true)");
        expect("with-check-open", "for select using (" + BOUND + ")", "for insert with check (true)");
        expect("with-check-open update-moves-row", "using (" + BOUND + ") with check (true)");
        expect("update-moves-row", "for update using (" + BOUND + ") with check (status <> 'paid')");
        expect("with-check-open", "for insert with check (tenant_id is not null)", "for select using (" + BOUND + ")");
        expect("settable-bypass", "using (" + BOUND + " or current_setting('app.bypass', true) = 'on')");
        expect(
                "settable-bypass",
                "using (" + BOUND + " or coalesce(current_setting('app.bypass', true)::boolean, false))");
        expect(
                "settable-bypass",
                "using (case current_setting('app.mode', true) when 'all' then true else " + BOUND + " end)");
        expect("settable-bypass", "using (current_setting('app.role', true) in ('root', 'admin') or " + BOUND + ")");
        silent("using (" + BOUND + " or auth.role() = 'service_role')");
        expect("settable-bypass", "using (" + BOUND + " or (select app.claim('x-hasura-role')) = 'admin')");
        expect(
                "settable-bypass",
                "using (" + BOUND + " or current_setting('app.user', true)::jsonb #>> '{roles,all}' = 'true')");
        expect(
                "policy-without-column",
                "using (auth.uid() is not null)",
                "for insert with check (owner_id = auth.uid())");
        expect(
                "blind-write restrictive-policy-gap policy-always-true",
                "as restrictive for select using (" + BOUND + ")",
                "for delete using (true)",
                "for select using (true)");
        expect("restrictive-policy-always-true", "as restrictive using (true)", "using (" + BOUND + ")");
        expect(
                "restrictive-policy-gap policy-always-true",
                "as restrictive to rule_group using (" + BOUND + ")",
                "using (true)");
        expect(
                "restrictive-policy-gap policy-always-true",
                "as restrictive with check (" + BOUND + ")",
                "using (true)");
        expect(
                "literal-tenant disjunct-without-tenant",
                "using (" + BOUND + " or tenant_id = '11111111-1111-4111-8111-111111111111')");
        expect(
                "pattern-match-on-session policy-open-when-empty",
                "using (slug like current_setting('app.tenant_slug', true) || '%')");
        expect(
                "widening-comparison",
                "using (label operator(app.=) current_setting('app.tenant_slug', true)::app.citext)");
        expect("widening-comparison", "using (folded = current_setting('app.tenant_slug', true))");
        expect("widening-comparison", "using (code = current_setting('app.tenant_slug', true)::char(8))");
        expect("user-editable-claim", "using (tenant_id = (auth.jwt() -> 'user_metadata' ->> 'tenant_id')::uuid)");
        expect("mutable-identity-key", "using (slug = auth.jwt() ->> 'email')");
        expect(
                "client-chosen-tenant",
                "using (slug = (current_setting('request.headers', true)::json ->> 'x-tenant'))");
        expect("variable-without-dot", "using (slug = current_setting('tenant', true))");
    }

    @Test
    void each_spelling_is_judged_by_its_meaning() throws SQLException {
        cleanTwins();
        constants();
        failOpen();
        openings();
        assertAsExpected();
    }

    private void assertAsExpected() throws SQLException {
        var said = review();
        var expected = new TreeMap<Integer, String>();
        var actual = new TreeMap<Integer, String>();
        for (var i = 0; i < expectations.size(); i++) {
            var policies = expectations.get(i).policies();
            expected.put(i, policies + ": " + expectations.get(i).rules());
            actual.put(i, policies + ": " + said.getOrDefault("app.t" + i, new TreeSet<>()));
        }
        assertThat(actual.values()).containsExactlyElementsOf(expected.values());
    }

    private static final String ME = "m.user_id = nullif(current_setting('app.user_id', true), '')::uuid";

    /// Tables in which memberships are looked up, in several states of protection.
    private static final String LOOK_UPS = """
        create table app.fenced (tenant_id uuid not null, user_id uuid not null, role text not null, hint uuid,
                                 primary key (tenant_id, user_id));
        alter table app.fenced enable row level security;
        grant select on app.fenced to rule_app;
        create policy own on app.fenced for select
            using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
        create table app.open (tenant_id uuid not null, user_id uuid not null);
        grant select, insert on app.open to rule_app;
        create table app.readable (tenant_id uuid not null, user_id uuid);
        grant select on app.readable to rule_app;
        create function app.sees_all(organization uuid) returns boolean language sql stable security definer
            set search_path = pg_catalog, pg_temp
            as 'select exists (select from app.fenced f where f.tenant_id = organization)';
        """;

    private void subqueries() {
        silent("using (exists (select from app.fenced m where m.tenant_id = t%1$d.tenant_id and " + ME + "))");
        silent("using (tenant_id in (select m.tenant_id from app.fenced m where " + ME + "))");
        silent("using (tenant_id = any (array(select m.tenant_id from app.fenced m where " + ME + ")))");
        silent("using (app.sees_all(tenant_id))");
        silent("using (" + BOUND + " and not app.sees_all(tenant_id))");
        silent("using (exists (select from app.readable m where m.tenant_id = t%1$d.tenant_id and " + ME + "))");
        expect(
                "captured-column",
                "using (exists (select from app.fenced m where m.tenant_id = tenant_id and " + ME + "))");
        expect(
                "captured-column",
                "using (exists (select from app.fenced m join app.readable r using (user_id)"
                        + " where m.tenant_id = m.tenant_id and " + ME + "))");
        expect(
                "policy-reads-writable-table",
                "using (exists (select from app.open m where m.tenant_id = t%1$d.tenant_id and " + ME + "))");
        expect(
                "negated-subquery-under-policies",
                "using (" + BOUND + " and not exists (select from app.fenced m where m.tenant_id = t%1$d.tenant_id))");
        expect(
                "negated-subquery-under-policies",
                "using (" + BOUND
                        + " and (select count(*) from app.fenced m where m.tenant_id = t%1$d.tenant_id) = 0)");
        silent("using (" + BOUND + " and not exists (select from app.fenced m where m.tenant_id = t%1$d.tenant_id and "
                + ME + "))");
        silent("using (" + BOUND + " and (select count(*) from app.fenced m where m.tenant_id = t%1$d.tenant_id) > 0)");
        silent("using (" + BOUND + " and not exists (select from app.readable m where m.user_id = t%1$d.owner_id))");
        expect("not-in-with-null", "using (" + BOUND + " and owner_id not in (select m.user_id from app.readable m))");
        silent("using (" + BOUND
                + " and owner_id not in (select m.user_id from app.readable m where m.user_id is not null))");
        silent("using (" + BOUND + " and owner_id in (select m.user_id from app.readable m))");
        expect("policy-recursion", "using (tenant_id in (select x.tenant_id from app.t%1$d x where x.id = 1))");
        expect(
                "policy-recursion",
                "for select using (" + BOUND + ")",
                "for insert with check (" + BOUND + " and exists (select from app.t%1$d x where x.id = 1))");
        silent(
                "for select using (tenant_id = app.tenant_id())",
                "for insert with check (" + BOUND + " and exists (select from app.t%1$d x where x.id = 1))");
    }

    @Test
    void sub_queries_are_judged_by_the_tables_they_read() throws SQLException {
        subqueries();
        assertAsExpected();
    }

    /// The server agrees: each statement on a table with a recursive policy fails, and on the others none
    /// does.
    @Test
    void recursion_is_reported_where_the_server_raises_it() throws SQLException {
        subqueries();
        for (var i = 0; i < expectations.size(); i++) {
            try (var scratch = new Scratch(DATABASE)) {
                prepare(scratch);
                create(scratch, i);
                var recursive = expectations.get(i).rules().contains("policy-recursion");
                var insert = "set local role rule_app; insert into app.t%d select * from app.t%d".formatted(i, i);
                if (recursive) {
                    assertThatThrownBy(() -> scratch.load(insert)).hasMessageContaining("infinite recursion");
                } else {
                    scratch.load(insert);
                }
            }
        }
    }

    /// The findings of rules in Java at `warn` or above, by table.
    private Map<String, TreeSet<String>> review() throws SQLException {
        try (var scratch = new Scratch(DATABASE)) {
            prepare(scratch);
            for (var i = 0; i < expectations.size(); i++) {
                create(scratch, i);
            }
            return scratch.findAll(folder -> folder.body() instanceof RuleFolder.Java).stream()
                    .filter(finding -> finding.severity() != Severity.INFO)
                    .collect(Collectors.groupingBy(
                            finding -> finding.object().replaceFirst(".* on ", ""),
                            Collectors.mapping(Finding::rule, Collectors.toCollection(TreeSet::new))));
        }
    }

    private static void prepare(Scratch scratch) throws SQLException {
        scratch.load(PRELUDE);
        scratch.load(LOOK_UPS);
    }

    private void create(Scratch scratch, int i) throws SQLException {
        scratch.load(TABLE.formatted(i));
        for (var j = 0; j < expectations.get(i).policies().size(); j++) {
            var policy = expectations.get(i).policies().get(j).replace("%1$d", String.valueOf(i));
            scratch.load("create policy p%d on app.t%d %s".formatted(j, i, policy));
        }
    }
}
