package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Policies that look for members through WITH, views, functions in FROM and in PL/pgSQL, UNION, aggregates, outer
/// joins and arrays. Those that hold are proved; of those that do not, the server shows a row of another
/// organization, and nothing is proved.
class SubselectProofsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String THEIRS = "b0000000-0000-4000-8000-000000000002";

    private static final String THEIR_PERSON = "b0000000-0000-4000-8000-000000000009";

    private static final String ORGANIZATIONS = """
        create role app_owner nologin;
        create role app_user login;
        create schema app authorization app_owner;
        grant usage on schema app to app_user;
        set local role app_owner;
        create function app.person() returns uuid stable language sql
            return nullif(current_setting('app.person', true), '')::uuid;
        create table app.member (org_id uuid not null, person_id uuid not null, primary key (org_id, person_id));
        create table app.blocked (org_id uuid, person_id uuid not null);
        create table app.org (id uuid primary key, name text not null);
        create table app.doc (org_id uuid not null, id int not null primary key);
        alter table app.member enable row level security;
        alter table app.doc enable row level security;
        create policy own on app.member for select to app_user using (person_id = (select app.person()));
        grant select on app.doc, app.member, app.org, app.blocked to app_user;
        insert into app.org values ('a0000000-0000-4000-8000-000000000001', 'A'), ('%1$s', 'B');
        insert into app.member values ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000009'),
                                      ('%1$s', 'b0000000-0000-4000-8000-000000000009');
        insert into app.doc values ('a0000000-0000-4000-8000-000000000001', 1), ('%1$s', 2);
        """.formatted(THEIRS);

    private static final String DEFINER =
            " stable security definer language sql set search_path = pg_catalog, pg_temp as ";
    private static final String MINE = "select m.org_id from app.member m where m.person_id = app.person()";

    /// A way to look for members.
    ///
    /// @param before functions and views
    /// @param using of the policy on documents
    private record Way(String name, String before, String using) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Way way(String name, String using) {
        return new Way(name, "", using);
    }

    private static Way function(String name, String returns, String body, String using) {
        return new Way(name, "create function app.orgs() returns " + returns + DEFINER + "$$ " + body + " $$", using);
    }

    /// A function in PL/pgSQL that is asked about the organization `wanted`.
    private static Way helper(String name, String declared, String body) {
        var head = "create function app.sees(wanted uuid) returns boolean stable security definer language plpgsql"
                + " set search_path = pg_catalog, pg_temp as ";
        return new Way(name, head + "$$ declare " + declared + " begin " + body + " end $$", "app.sees(org_id)");
    }

    private static final String THEIR_OWN =
            "select m.org_id into org from app.member m where m.person_id = app.person()";

    private static Way view(String name, String query, String using) {
        return new Way(name, "create view app.orgs as " + query + "; grant select on app.orgs to app_user", using);
    }

    static Stream<Way> sound() {
        return Stream.of(
                function("a function among the targets", "setof uuid", MINE, "org_id in (select app.orgs())"),
                function(
                        "a function in FROM",
                        "table (org uuid)",
                        MINE,
                        "exists (select from app.orgs() o where o.org = org_id)"),
                function(
                        "an array over WITH",
                        "uuid[]",
                        "with w as (" + MINE + ") select coalesce(array_agg(w.org_id), '{}') from w",
                        "org_id = any (app.orgs())"),
                function(
                        "the elements of an array",
                        "uuid[]",
                        "select array_agg(m.org_id) from app.member m where m.person_id = app.person()",
                        "exists (select from unnest(app.orgs()) o where o = org_id)"),
                view("a view of an exempt owner", MINE, "org_id in (select o.org_id from app.orgs o)"),
                view("a view that UNION makes", MINE + " union " + MINE, "org_id in (select o.org_id from app.orgs o)"),
                way("EXCEPT", "org_id in (" + MINE + " except select b.org_id from app.blocked b)"),
                way("LIMIT", "org_id in (" + MINE + " order by 1 limit 1)"),
                way("GROUP BY", "org_id in (" + MINE + " group by m.org_id having count(*) > 0)"),
                way(
                        "count",
                        "(select count(*) from app.member m where m.org_id = doc.org_id and m.person_id ="
                                + " app.person()) > 0"),
                way(
                        "bool_or",
                        "(select bool_or(m.person_id = app.person()) from app.member m where m.org_id = doc.org_id)"),
                way(
                        "an outer join that only adds",
                        "exists (select from app.member m left join app.org o on o.id = m.org_id"
                                + " where m.org_id = doc.org_id and m.person_id = app.person())"),
                way(
                        "WITH that refers to the row",
                        "exists (with w as (" + MINE + " and m.org_id = doc.org_id) select from w)"));
    }

    private static Stream<Way> soundHelpers() {
        return Stream.of(
                helper("a variable", "org uuid;", THEIR_OWN + "; return org = wanted;"),
                helper(
                        "a branch",
                        "person uuid := app.person();",
                        "if person is null or wanted is null then return false; end if;"
                                + " return exists (select from app.member m where m.org_id = wanted"
                                + " and m.person_id = person);"),
                helper(
                        "more variables than columns",
                        "org uuid; other uuid;",
                        THEIR_OWN.replace("into org", "into org, other") + "; return org = wanted and other is null;"),
                helper(
                        "more columns than variables",
                        "org uuid;",
                        THEIR_OWN.replace("m.org_id into", "m.org_id, m.person_id into") + "; return org = wanted;"),
                helper("FOUND", "org uuid;", THEIR_OWN + " and m.org_id = wanted; return found;"),
                helper(
                        "branches within one another",
                        "org uuid; mine boolean := false;",
                        THEIR_OWN + "; if org is not null then if org = wanted then mine := true; else mine := false;"
                                + " end if; end if; return mine;"),
                helper(
                        "an error for strangers",
                        "",
                        "if not exists (select from app.member m where m.org_id = wanted"
                                + " and m.person_id = app.person()) then return false; end if;"
                                + " if app.person() is null then raise exception 'nobody'; end if; return true;"));
    }

    static Stream<Way> leaking() {
        return Stream.of(
                way(
                        "a source that never has a row",
                        "org_id in (" + MINE + ") or not exists (select from unnest(array[]::uuid[]) one)"),
                way(
                        "a count of no rows",
                        "org_id in (" + MINE + ") or (select count(*) from unnest(array[]::uuid[]) one) = 0"),
                function(
                        "a function among the targets that adds rows",
                        "setof uuid",
                        MINE + " union all select o.id from app.org o",
                        "org_id in (select app.orgs())"),
                function(
                        "a function in FROM that forgets the person",
                        "table (org uuid)",
                        "select m.org_id from app.member m",
                        "exists (select from app.orgs() o where o.org = org_id)"),
                function(
                        "an array that its owner reads",
                        "uuid[]",
                        "select array(select m.org_id from app.member m)",
                        "org_id = any (app.orgs())"),
                function(
                        "no element of NULL",
                        "uuid[]",
                        "select array_agg(b.org_id) from app.blocked b",
                        "app.person() is not null and not exists (select from unnest(app.orgs()) o where o = org_id)"),
                view(
                        "a view whose owner sees more",
                        "select m.org_id from app.member m where m.person_id is not null",
                        "org_id in (select o.org_id from app.orgs o)"),
                view(
                        "a view of all but one's own",
                        "select m.org_id from app.member m where m.person_id = app.person()",
                        "org_id not in (select o.org_id from app.orgs o)"),
                view(
                        "a view of one row",
                        "select m.org_id from app.member m order by m.org_id desc limit 1",
                        "org_id in (select o.org_id from app.orgs o)"),
                way("EXCEPT the wrong way", "org_id in (select o.id from app.org o except " + MINE + ")"),
                way("GROUP BY of all", "org_id in (select o.id from app.org o group by o.id having count(*) > 0)"),
                way("count of none", "(select count(*) from app.member m where m.org_id = doc.org_id) >= 0"),
                way("bool_or of anything", "(select bool_or(o.name > '') from app.org o where o.id = doc.org_id)"),
                way("bool_and of nothing", "(select bool_and(b.person_id is null) from app.blocked b) is null"),
                way(
                        "an outer join that keeps what does not match",
                        "exists (select from app.org o left join app.member m"
                                + " on m.org_id = o.id and m.person_id = app.person() where o.id = doc.org_id)"),
                way(
                        "WITH RECURSIVE",
                        "exists (with recursive w as (" + MINE
                                + " union select o.id from app.org o, w) select from w where w.org_id = doc.org_id)"));
    }

    private static Stream<Way> leakingHelpers() {
        return Stream.of(
                helper(
                        "a variable of nobody in particular",
                        "org uuid;",
                        "select m.org_id into org from app.member m"
                                + " where m.org_id = wanted; return org = wanted;"),
                helper(
                        "a branch the wrong way",
                        "person uuid := app.person();",
                        "if exists (select from app.member m where m.org_id = wanted and m.person_id = person)"
                                + " then return true; end if; return person is not null;"),
                helper(
                        "a variable that is set too late",
                        "org uuid := wanted; same boolean;",
                        "same := org = wanted; " + THEIR_OWN + "; return same;"),
                helper(
                        "FOUND of another query",
                        "org uuid;",
                        THEIR_OWN + " and m.org_id = wanted; select o.id into org from app.org o; return found;"),
                helper(
                        "an error that is handled",
                        "org uuid;",
                        "begin " + THEIR_OWN + "; org := (1 / (org = wanted)::int)::text::uuid; return false;"
                                + " exception when others then return true; end;"),
                helper(
                        "a session that it changes first",
                        "was text;",
                        "was := set_config('app.person', '" + THEIR_PERSON + "', true); return exists (select from"
                                + " app.member m where m.org_id = wanted and m.person_id = app.person());"));
    }

    @ParameterizedTest
    @MethodSource({"sound", "soundHelpers"})
    void a_policy_that_finds_members_is_proved(Way way) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(schema(way));
            assertThat(seen(connection, "app.doc")).isEqualTo("0");
            assertThat(verdicts(connection, "app.doc")).containsExactly("proved");
        }
    }

    @ParameterizedTest
    @MethodSource({"leaking", "leakingHelpers"})
    void a_policy_that_finds_others_is_not_proved(Way way) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(schema(way));
            assertThat(seen(connection, "app.doc")).isEqualTo("1");
            assertThat(verdicts(connection, "app.doc")).isNotEmpty().doesNotContain("proved", "closed");
        }
    }

    /// A view of an exempt owner whose condition calls a function with the rights of the caller, who sees fewer
    /// rows than the owner.
    private static final Way CALLERS_FUNCTION = new Way("", """
        create function app.is_others(org uuid) returns boolean stable language sql
            set search_path = pg_catalog, pg_temp as
            $$ select exists (select from app.member m where m.org_id = org and m.person_id <> app.person()) $$;
        create view app.docs with (security_barrier) as select * from app.doc d where not app.is_others(d.org_id);
        grant select on app.docs to app_user
        """, "false");

    @Test
    void a_function_in_a_view_runs_as_the_caller() throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(schema(CALLERS_FUNCTION));
            assertThat(seen(connection, "app.docs")).isEqualTo("1");
            assertThat(verdicts(connection, "app.docs")).isNotEmpty().doesNotContain("proved", "closed");
        }
    }

    /// A function that checks one organization and shows another, both in the same variable.
    private static final String CHANGED_VARIABLE = """
        create function app.docs(checked uuid, wanted uuid) returns setof app.doc stable security definer
            language plpgsql set search_path = pg_catalog, pg_temp as $$
            declare org uuid := checked;
            begin
                if not exists (select from app.member m where m.org_id = org and m.person_id = app.person()) then
                    raise exception 'no member';
                end if;
                org := wanted;
                return query select d.* from app.doc d where d.org_id = org;
            end $$\
        """;

    @Test
    void a_variable_is_checked_as_it_is_at_the_check() throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(schema(new Way("", CHANGED_VARIABLE, "org_id in (" + MINE + ")")));
            var object = "app.docs('a0000000-0000-4000-8000-000000000001', '%s')".formatted(THEIRS);
            assertThat(seen(connection, object)).isEqualTo("1");
            assertThat(verdicts(connection, "app.docs(uuid, uuid)"))
                    .isNotEmpty()
                    .containsAnyOf("refuted", "unknown");
        }
    }

    /// Each of its tables has a row for each of the others: a power that no memory holds.
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_join_of_many_tables_ends_in_time() throws SQLException {
        var places = IntStream.rangeClosed(1, 12).boxed().toList();
        var tables = places.stream().map("app.member m%d"::formatted).collect(Collectors.joining(", "));
        var same = places.stream()
                .skip(1)
                .map(place -> "m%d.org_id = m%d.org_id".formatted(place, place - 1))
                .collect(Collectors.joining(" and "));
        var chain = "exists (select from %s where m1.person_id = app.person() and %s and m12.org_id = doc.org_id)"
                .formatted(tables, same);
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(schema(way("", chain)));
            assertThat(verdicts(connection, "app.doc")).isNotEmpty().doesNotContain("refuted");
        }
    }

    private static String schema(Way way) {
        return ORGANIZATIONS + way.before + "; create policy members on app.doc to app_user using (" + way.using
                + "); reset role";
    }

    /// The number of rows of the other organization that a member of the first one sees.
    private static String seen(Connection connection, String object) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set local session authorization app_user;"
                    + " set local app.person = 'a0000000-0000-4000-8000-000000000009'");
            var seen =
                    FirstColumn.of(connection, "select count(*) from %s where org_id = '%s'".formatted(object, THEIRS));
            statement.execute("reset session authorization; reset app.person");
            return seen.getFirst();
        }
    }

    private static List<String> verdicts(Connection connection, String object) throws SQLException {
        var options = new ProveOptions(
                Set.of(Claim.DISJOINT_READS),
                Set.of(),
                Set.of(object),
                Duration.ofSeconds(20),
                false,
                Optional.empty());
        var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
        return Prover.prove(connection, Catalog.read(connection), settings, options, Optional.of(connection), _ -> {})
                .cells()
                .stream()
                .map(cell -> cell.verdict().id())
                .toList();
    }
}
