package hedgerow.mappers;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.payment.PaymentOrderMapper;
import hedgerow.mappers.reference.ConstraintMapper;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ibatis.session.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The server runs every statement with a good plan: as the application, bound, under the policies, with
/// the generic plan, in tables of some thousand rows (`crowd.sql`) with current statistics, and with no
/// planner setting changed except that plans are generic. The server also checks here that the application
/// may read and write each column that is named.
class PlanTest {

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    static final Demo DEMO = new Demo(DATABASE);

    private static final Set<String> SHARED =
            Set.of("provider", "provider_mode", "provider_currency", "chain", "asset");
    private static final Set<String> PERSONAL = Set.of("app_user", "user_identity", "user_wallet", "auth_session");
    private static final Pattern CALL = Pattern.compile("\\b(?!now\\(|ROW\\()\\w+\\(");

    private static final Configuration STATEMENTS = Statements.read();
    private static final Map<String, List<Plan>> PLANS = new HashMap<>();

    private static Connection app;
    private static Connection worker;
    private static Connection admin;
    private static Arguments arguments;

    @BeforeAll
    static void fillTheTables() throws IOException, SQLException {
        admin = DATABASE.admin();
        try (var crowd = PlanTest.class.getResourceAsStream("crowd.sql")) {
            run(admin, new String(crowd.readAllBytes(), StandardCharsets.UTF_8));
        }
        var acme = DEMO.tenant("acme");
        app = DATABASE.app();
        app.setAutoCommit(false);
        run(app, "select app.bind('%s', '%s', false)".formatted(acme.organization(), DEMO.actor(acme, "owner")));
        run(app, "set local plan_cache_mode = force_generic_plan");
        worker = DATABASE.worker();
        worker.setAutoCommit(false);
        run(worker, "select app.bind('%s', 'system:worker', false)".formatted(acme.organization()));
        run(worker, "set local plan_cache_mode = force_generic_plan");
        arguments = new Arguments(acme, DEMO.user(acme, "owner"), name -> List.of(new UUID(1, 1)));
    }

    @AfterAll
    static void close() throws SQLException {
        app.close();
        worker.close();
        admin.close();
    }

    static Stream<Mapped> statements() {
        return Mapped.all(STATEMENTS)
                .filter(statement -> statement.mapper() != ConstraintMapper.class); // it reads the catalog
    }

    static Stream<Mapped> lists() {
        return statements().filter(statement -> statement.method().getName().equals("page"));
    }

    @ParameterizedTest
    @MethodSource("statements")
    void a_table_is_read_by_an_index_that_is_searched_by_the_tenant(Mapped statement) throws SQLException {
        for (Plan plan : plans(statement)) {
            assertThat(plan.nodes()).as(plan.sql()).allSatisfy(node -> {
                if (readsRows(node)) {
                    assertThat(node.type()).isIn("Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Tid Scan");
                    assertThat(isByPlace(node) ? node.perRow() : node.condition())
                            .contains("(" + key(node.relation()) + " = ");
                }
            });
        }
    }

    /// Checks both for an accessor and for the expression that it is inlined to: a session variable is read
    /// once per statement.
    @ParameterizedTest
    @MethodSource("statements")
    void no_function_is_called_for_every_row(Mapped statement) throws SQLException {
        for (Plan plan : plans(statement)) {
            assertThat(plan.nodes())
                    .as(plan.sql())
                    .noneMatch(node -> CALL.matcher(node.perRow()).find());
        }
    }

    /// A statement that relies on policies alone would show all rows to anyone who escapes the policies,
    /// and could not be routed to a shard.
    @ParameterizedTest
    @MethodSource("statements")
    void every_part_of_a_statement_names_the_tenant(Mapped statement) {
        for (Object[] values : arguments.of(statement)) {
            var sql = statement.sql(values).getSql();
            var tables =
                    Pattern.compile("\\bapp\\.(\\w+)(?!\\w|\\()").matcher(sql).results();
            var tenantTables = tables.map(table -> table.group(1))
                    .filter(table -> !SHARED.contains(table) && !PERSONAL.contains(table))
                    .toList();
            var keys = tenantTables.stream().collect(Collectors.groupingBy(PlanTest::key, Collectors.counting()));
            keys.forEach((key, count) -> {
                var named = Pattern.compile("\\b" + key + " = \\?|\\(\\s*organization_id,")
                        .matcher(sql)
                        .results();
                assertThat(named.count()).as(sql).isGreaterThanOrEqualTo(count);
            });
        }
    }

    /// For a tenant with few rows the server may well sort them all. With many rows it must not, and then
    /// needs an index: here the server is asked to avoid a sort if it can.
    @ParameterizedTest
    @MethodSource("lists")
    void there_is_an_index_in_the_order_of_a_list(Mapped list) throws SQLException {
        run(app, "set local enable_sort = off; set local enable_bitmapscan = off");
        var plan = Plan.of(app, admin, list.sql(arguments.of(list).getFirst()));
        run(app, "set local enable_sort = on; set local enable_bitmapscan = on");
        assertThat(plan.nodes()).as(plan.sql()).extracting(Plan.Node::type).doesNotContain("Sort", "Incremental Sort");
    }

    /// The server keeps the generic plan of a page after its usual number of custom plans.
    @ParameterizedTest
    @ValueSource(ints = {20, 100})
    void a_page_is_not_planned_at_each_execution(int limit) throws SQLException {
        var acme = DEMO.tenant("acme");
        var page = lists().filter(list -> list.mapper() == PaymentOrderMapper.class)
                .findFirst()
                .orElseThrow()
                .sql(new Object[] {acme, PaymentOrderMapper.Filter.ALL, Page.first(limit)});
        var before = app.setSavepoint();
        run(app, "set local plan_cache_mode = auto");
        run(app, "prepare page_%d (uuid, boolean) as %s".formatted(limit, Plan.numbered(page.getSql())));
        for (var i = 0; i < 12; i++) {
            run(app, "execute page_%d ('%s', false)".formatted(limit, acme.organization()));
        }
        try (var statement = app.createStatement();
                var plans = statement.executeQuery(
                        "select custom_plans from pg_prepared_statements where name = 'page_" + limit + "'")) {
            plans.next();
            assertThat(plans.getInt(1)).isEqualTo(5);
        } finally {
            app.rollback(before);
        }
    }

    private static boolean readsRows(Plan.Node node) {
        return node.relation() != null && !node.type().equals("ModifyTable") && !SHARED.contains(node.relation());
    }

    /// Whether the node reads only rows whose place is known.
    private static boolean isByPlace(Plan.Node node) {
        return node.type().equals("Tid Scan");
    }

    private static String key(String table) {
        return switch (table) {
            case "organization", "app_user" -> "id";
            case "user_identity", "user_wallet", "auth_session" -> "user_id";
            default -> "organization_id";
        };
    }

    private static List<Plan> plans(Mapped statement) throws SQLException {
        var known = PLANS.get(statement.toString());
        if (known != null) {
            return known;
        }
        var plans = new ArrayList<Plan>();
        for (Object[] values : arguments.of(statement)) {
            plans.add(Plan.of(statement.works() ? worker : app, admin, statement.sql(values)));
        }
        PLANS.put(statement.toString(), plans);
        return plans;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
