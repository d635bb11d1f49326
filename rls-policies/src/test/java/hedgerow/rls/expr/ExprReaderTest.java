package hedgerow.rls.expr;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExprReaderTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static Connection connection;
    private static Names names;

    @BeforeAll
    static void create() throws SQLException {
        connection = DATABASE.admin();
        try (var statement = connection.createStatement()) {
            statement.execute("""
                create schema app;
                create type app.mood as enum ('well');
                create table app.member (org uuid, person uuid, "Role" text);
                create table app.t (id int primary key, org uuid, name varchar(20), mood app.mood, tags text[]);
                """);
        }
        names = new ServerNames(connection);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    private static String query(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Expr read(String using) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("create policy p on app.t using (" + using + ")");
            var tree = query("select polqual::text from pg_policy where polname = 'p'");
            var table = Long.parseLong(query("select 'app.t'::regclass::oid"));
            statement.execute("drop policy p on app.t");
            return ExprReader.read(tree, table, names);
        }
    }

    private static String printed(String using) throws SQLException {
        return new ExprPrinter(names).print(read(using));
    }

    @Test
    void names_are_resolved() throws SQLException {
        assertThat(printed("org = nullif(current_setting('app.org', true), '')::uuid and not name in ('a', 'b''c')"))
                .isEqualTo("(org = NULLIF(current_setting('app.org', true), '')::uuid)"
                        + " AND (NOT (name = ANY (ARRAY['a', 'b''c']::text[])))");
    }

    @Test
    void a_sub_query_knows_its_own_columns_from_outer_ones() throws SQLException {
        assertThat(printed("exists (select from app.member m where m.org = t.org and person = org)"))
                .isEqualTo("EXISTS (SELECT  FROM app.member m WHERE (m.org = org) AND (m.person = m.org))");
        var columns = Walk.over(read("exists (select from app.member m where m.org = t.org)"))
                .filter(Walk.Place::isOwnColumn)
                .map(place -> ((Expr.Column) place.node()).name());
        assertThat(columns).containsExactly("org");
    }

    @Test
    void joins_common_tables_and_derived_tables_are_seen_through() throws SQLException {
        var expr = read("""
            org in (with mine as (select org, person from app.member)
                    select org from mine join app.member b using (org)
                      left join lateral (select t.name where b.person = mine.person) c on true)
            """);
        assertThat(Walk.queries(expr).flatMap(Query::tables)).hasSize(2);
        assertThat(Walk.over(expr).filter(place -> place.node() instanceof Expr.Opaque))
                .isEmpty();
        assertThat(Walk.over(expr).filter(Walk.Place::isOwnColumn).map(place -> ((Expr.Column) place.node()).name()))
                .containsExactlyInAnyOrder("org", "name");
    }

    @Test
    void a_renamed_column_has_its_new_name() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("create policy q on app.t using (exists (select from app.member where person = org))");
            statement.execute("alter table app.member rename column person to human");
            var printed = new ExprPrinter(new ServerNames(connection))
                    .print(ExprReader.read(
                            query("select polqual::text from pg_policy where polname = 'q'"),
                            Long.parseLong(query("select 'app.t'::regclass::oid")),
                            new ServerNames(connection)));
            statement.execute("alter table app.member rename column human to person");
            statement.execute("drop policy q on app.t");
            assertThat(printed).contains("member.human");
        }
    }

    @Test
    void an_unknown_node_is_opaque_and_keeps_its_known_parts() throws SQLException {
        var expr = read("(tags)[1] = name and xmlelement(name a, name) is not null");
        assertThat(Walk.over(expr).filter(place -> place.node() instanceof Expr.Opaque))
                .hasSize(2);
        assertThat(Walk.over(expr).filter(Walk.Place::isOwnColumn)).hasSize(3);
        assertThat(read("mood = 'well'")).isInstanceOf(Expr.Operator.class);
    }

    @Test
    void garbage_is_opaque_never_an_error() {
        for (var text : List.of(
                "",
                "{",
                "{VAR",
                "{VAR :varno",
                "(((",
                "}",
                "{BOOLEXPR :boolop and :args <>}",
                "<>",
                "{CONST :consttype 23 :constvalue 4 [ 1 x ]}",
                "(".repeat(100_000),
                "{OPEXPR :opno 99999999999999999999}",
                "{SUBLINK :subLinkType 99 :subselect {QUERY}}",
                "{BOOLEXPR :boolop not :args <>}")) {
            assertThat(ExprReader.read(text, 1, names)).as(text).isNotNull();
            assertThat(new ExprPrinter(names).print(ExprReader.read(text, 1, names)))
                    .isNotNull();
        }
    }

    @Test
    void constants_are_decoded() throws SQLException {
        assertThat(constants("name = 'größe' or id = -7 or org = 'aaaaaaaa-0000-4000-8000-000000000001'"))
                .containsExactly(
                        "Text[value=größe]", "Int[value=-7]", "Uuid[value=aaaaaaaa-0000-4000-8000-000000000001]");
        assertThat(constants("tags = '{a,bcd}' or id = any ('{1,2}') or id::numeric = 1.5 or name = null"))
                .containsExactly(
                        "Array[elements=[Text[value=a], Text[value=bcd]]]",
                        "Array[elements=[Int[value=1], Int[value=2]]]",
                        "Unknown[]",
                        "Null[]");
    }

    private static List<String> constants(String using) throws SQLException {
        return Walk.over(read(using))
                .map(Walk.Place::node)
                .filter(Expr.Constant.class::isInstance)
                .map(node -> ((Expr.Constant) node).value().toString())
                .toList();
    }

    // --- bodies of functions -------------------------------------------------------------------------------------

    private static final List<String> UUID_ARGUMENT = List.of("uuid");

    private static Optional<String> body(String language, String body, String... arguments) throws SQLException {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        try {
            var types = arguments.length == 0 ? List.<String>of() : UUID_ARGUMENT;
            var source = new FunctionBodies.Source(
                    "f", language, body, types, List.of(arguments), Optional.of("pg_catalog, app"));
            return new FunctionBodies(connection)
                    .read(source)
                    .map(tree -> new ExprPrinter(names)
                            .print(new Expr.Subquery(
                                    Expr.Subquery.Kind.EXISTS,
                                    Optional.empty(),
                                    ExprReader.readQueries(tree, names).getFirst(),
                                    Types.BOOL)));
        } finally {
            connection.rollback();
            connection.setReadOnly(false);
            connection.setAutoCommit(true);
        }
    }

    @Test
    void a_body_that_is_text_is_read_by_the_server() throws SQLException {
        assertThat(body("sql", "select 1 from member where org = $1 and person = other;", "other"))
                .contains("EXISTS (SELECT 1 FROM app.member member WHERE (member.org = $1) AND (member.person = $1))");
        assertThat(body("sql", "select 1 from member where member.org = f.org", "org"))
                .contains("EXISTS (SELECT 1 FROM app.member member WHERE member.org = $1)");
        assertThat(body("plpgsql", "begin return nullif(current_setting('x', true), '')::uuid; end"))
                .contains("EXISTS (SELECT NULLIF(current_setting('x', true), '')::uuid)");
    }

    @Test
    void a_column_hides_a_parameter_as_it_does_when_the_function_runs() throws SQLException {
        assertThat(body("sql", "select 1 from member where org = org", "org"))
                .contains("EXISTS (SELECT 1 FROM app.member member WHERE member.org = member.org)");
    }

    @Test
    void a_body_never_runs() throws SQLException {
        assertThat(body("sql", "select 1; drop table app.t; select 2")).isEmpty();
        assertThat(body("sql", "select 1) ; commit; drop table app.t --")).isEmpty();
        assertThat(body("sql", "drop table app.t")).isEmpty();
        assertThat(body("sql", "select nowhere()")).isEmpty();
        assertThat(body("plpgsql", "begin perform 1; return 1; end")).isEmpty();
        assertThat(body("sql", "delete from app.member returning true")).isPresent();
        assertThat(query("select count(*) from pg_prepared_statements where name like 'hedgerow%'"))
                .isEqualTo("0");
        assertThat(query("select current_setting('debug_print_parse')")).isEqualTo("off");
        assertThat(query("select to_regclass('app.t')")).isNotNull();
    }
}
