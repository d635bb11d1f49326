package hedgerow.rls.why;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import hedgerow.rls.why.Explanation.Answer;
import hedgerow.rls.why.Explanation.Command;
import hedgerow.rls.why.Explanation.Part;
import hedgerow.rls.why.Explanation.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("isolation")
class WhyTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private Connection admin;
    private Connection app;

    @BeforeEach
    void open() throws SQLException {
        admin = DATABASE.admin();
        app = DATABASE.app();
        app.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        app.rollback();
        app.close();
        admin.close();
    }

    @Test
    void it_names_the_policies_that_admit_a_row_and_those_that_do_not() throws SQLException {
        bind("viewer");
        var select = explained("customer", Command.SELECT);
        assertThat(select.allowed()).isTrue();
        assertThat(select.policies())
                .extracting(Answer::policy)
                .containsExactly("people_read", "fence", "permitted_reads");
        var update = explained("customer", Command.UPDATE);
        assertThat(update.granted()).isTrue();
        assertThat(update.allowed()).isFalse();
        assertThat(update.policies())
                .extracting(Answer::policy, Answer::part, Answer::result)
                .containsExactly(
                        tuple("staff_update", Part.USING, Optional.of(false)),
                        tuple("staff_update", Part.WITH_CHECK, Optional.of(false)),
                        tuple("fence", Part.USING, Optional.of(true)),
                        tuple("fence", Part.WITH_CHECK, Optional.of(true)),
                        tuple("permitted_updates", Part.USING, Optional.of(true)),
                        tuple("permitted_updates", Part.WITH_CHECK, Optional.of(true)));
        assertThat(explained("customer", Command.DELETE).granted()).isFalse();
    }

    @Test
    void a_row_of_another_tenant_is_answered_like_one_that_does_not_exist() throws SQLException {
        var foreign = one(admin, "select id from app.customer where organization_id <> (" + ACME + ") limit 1");
        bind("owner");
        for (var id : List.of(foreign, "00000000-0000-0000-0000-000000000000")) {
            assertThat(new Why(app).explain("app", "customer", Map.of("id", id)))
                    .isEmpty();
        }
    }

    @Test
    void a_missing_table_has_no_explanation() throws SQLException {
        bind("owner");
        var why = new Why(app);
        assertThat(why.explain("app", "nothing", Map.of("id", "1"))).isEmpty();
        assertThat(why.explain("app", "customer", Map.of("id = id or true --", "1")))
                .isEmpty();
        assertThat(why.explain("app", "customer\" cross join app.asset --", Map.of("id", "1")))
                .isEmpty();
        assertThat(why.explain("app", "customer", Map.of())).isEmpty();
    }

    @Test
    void a_role_that_no_policy_binds_is_called_exempt() throws SQLException {
        var id = one(admin, "select id from app.customer limit 1");
        var explained =
                new Why(admin).explain("app", "customer", Map.of("id", id)).orElseThrow();
        assertThat(explained.exempt()).isTrue();
        assertThat(explained.commands())
                .allMatch(Verdict::allowed)
                .allMatch(verdict -> verdict.policies().isEmpty());
    }

    /// Compares the verdicts with the server, on a row of every table.
    @ParameterizedTest
    @ValueSource(strings = {"owner", "admin", "member", "viewer", "agent"})
    void the_server_agrees_with_the_explanation(String role) throws SQLException {
        bind(role);
        var compared = 0;
        for (var table : column(admin, TABLES)) {
            for (var key : keys(table)) {
                for (var verdict :
                        new Why(app).explain("app", table, key).orElseThrow().commands()) {
                    assertThat(tried(table, key, verdict.command()))
                            .as("%s %s %s", role, table, verdict)
                            .isIn(Optional.of(verdict.allowed()), Optional.empty());
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(20);
    }

    /// Explains and tries rows of the bound tenant and of another one.
    @ParameterizedTest
    @ValueSource(strings = {"owner", "viewer", "agent"})
    void no_statement_contradicts_its_explanation(String role) throws SQLException {
        var organization = one(admin, ACME);
        var actor = actor(role);
        var session = new Inquiry.Session(Optional.of("hedgerow_app"), Map.of(), bound -> {
            try (var statement = bound.prepareStatement("select app.bind(cast(? as uuid), ?, false)")) {
                statement.setString(1, organization);
                statement.setString(2, actor);
                statement.execute();
            }
        });
        var tried = new EnumMap<Explanation.Trial.Result, Integer>(Explanation.Trial.Result.class);
        for (var table : column(admin, TABLES)) {
            for (var whose : List.of("=", "<>")) {
                var where = "ctid = (select min(ctid) from app.%s where %s %s '%s')"
                        .formatted(table, table.equals("organization") ? "id" : "organization_id", whose, organization);
                try {
                    var explained =
                            new Inquiry(admin, session, Duration.ofSeconds(5)).explain("app." + table, where, true);
                    assertThat(explained.commands()).as("%s", explained).noneMatch(Verdict::isContradicted);
                    explained
                            .commands()
                            .forEach(verdict ->
                                    tried.merge(verdict.trial().orElseThrow().result(), 1, Integer::sum));
                } catch (WhyProblem problem) {
                    assertThat(problem)
                            .hasMessageMatching(".* sees such a row|(?s).*column .organization_id. does not exist.*");
                }
            }
        }
        assertThat(tried.get(Explanation.Trial.Result.PASSED)).isPositive();
        assertThat(tried.get(Explanation.Trial.Result.REFUSED)).isGreaterThan(100);
    }

    // --- trying --------------------------------------------------------------------------------------------------

    private static final String ACME = "select id from app.organization where slug = 'acme'";

    private static final String TABLES = """
        select c.relname from pg_class c
         where c.relnamespace = 'app'::regnamespace and c.relkind = 'r' and c.relrowsecurity
           and has_table_privilege('hedgerow_app', c.oid, 'select') order by 1
        """;

    /// Up to three rows that the session sees, by their primary keys.
    private List<Map<String, String>> keys(String table) throws SQLException {
        var columns = column(admin, """
            select a.attname
              from pg_index i
              join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
             where i.indisprimary and i.indrelid = 'app.%s'::regclass
            """.formatted(table));
        var keys = new ArrayList<Map<String, String>>();
        try (var statement = app.createStatement();
                var rows = statement.executeQuery(
                        "select %s from app.%s limit 3".formatted(String.join(", ", columns), table))) {
            while (rows.next()) {
                var key = new LinkedHashMap<String, String>();
                for (var column : columns) {
                    key.put(column, rows.getString(column));
                }
                keys.add(key);
            }
        }
        return keys;
    }

    /// Whether privileges and policies admit the row; empty if that cannot be seen, because the new row
    /// would be refused as a duplicate before.
    private Optional<Boolean> tried(String table, Map<String, String> key, Command command) throws SQLException {
        var row = key.entrySet().stream()
                .map(column -> "%s = '%s'".formatted(column.getKey(), column.getValue()))
                .reduce((a, b) -> a + " and " + b)
                .orElseThrow();
        return switch (command) {
            case SELECT -> Optional.of(true);
            case DELETE -> Optional.of(passes("delete from app.%s where %s".formatted(table, row)));
            case UPDATE ->
                granted(table, "update")
                        .map(column ->
                                passes("update app.%1$s set %2$s = %2$s where %3$s".formatted(table, column, row)));
            case INSERT -> Optional.empty();
        };
    }

    private Optional<String> granted(String table, String privilege) throws SQLException {
        return column(admin, """
            select attname from pg_attribute where attrelid = 'app.%1$s'::regclass and attnum > 0 and not attisdropped
               and has_column_privilege('hedgerow_app', attrelid, attnum, '%2$s')
               and has_column_privilege('hedgerow_app', attrelid, attnum, 'select') order by attnum limit 1
            """.formatted(table, privilege)).stream().findFirst();
    }

    /// Whether a row was changed, or a constraint or trigger refused it, which are checked after every
    /// policy.
    private boolean passes(String sql) {
        try (var statement = app.createStatement()) {
            var before = app.setSavepoint();
            try {
                return statement.executeUpdate(sql) == 1;
            } catch (SQLException e) {
                return Set.of("23", "55").contains(e.getSQLState().substring(0, 2));
            } finally {
                app.rollback(before);
            }
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private Verdict explained(String table, Command command) throws SQLException {
        var id = one(app, "select id from app.%s limit 1".formatted(table));
        var explained = new Why(app).explain("app", table, Map.of("id", id)).orElseThrow();
        assertThat(explained.exempt()).isFalse();
        return explained.commands().get(command.ordinal());
    }

    private void bind(String role) throws SQLException {
        one(app, "select app.bind((%s), '%s', false)".formatted("'" + one(admin, ACME) + "'", actor(role)));
    }

    private String actor(String role) throws SQLException {
        return one(admin, """
            select kind || ':' || id from app_private.principal
             where organization_id = (%s) and role = '%s' and kind in ('user', 'agent') and active
               and livemode is not true order by id limit 1
            """.formatted(ACME, role));
    }

    private static String one(Connection connection, String sql) throws SQLException {
        return column(connection, sql).getFirst();
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        var values = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
