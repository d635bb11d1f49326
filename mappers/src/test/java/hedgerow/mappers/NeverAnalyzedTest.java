package hedgerow.mappers;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.audit.AuditLogMapper;
import hedgerow.mappers.reference.ConstraintMapper;
import hedgerow.mappers.work.TurnMapper;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.ibatis.mapping.SqlCommandType;
import org.apache.ibatis.reflection.ParamNameResolver;
import org.apache.ibatis.session.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The server reads few rows even before it knows how many there are: a bulk load, a new tenant and a
/// server whose autovacuum lags do not wait for statistics (`ten_thousand.sql`). Every statement and every
/// foreign-key check runs both with a plan for its values and with the generic one.
class NeverAnalyzedTest {

    /// The number of rows that a statement may read in vain.
    private static final int MOST = 10;

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    static final Demo DEMO = new Demo(DATABASE);

    /// The SQLSTATEs of a refusal by a policy, a unique key, or a function.
    private static final Set<String> REFUSED = Set.of("42501", "23505", "22023");

    private static final String FILTERED = """
        with recursive node (plan) as (
            select cast(? as jsonb) -> 0 -> 'Plan'
            union all
            select jsonb_array_elements(plan -> 'Plans') from node
        )
        select coalesce(sum((plan ->> 'Actual Loops')::numeric
                            * (coalesce((plan ->> 'Rows Removed by Filter')::numeric, 0)
                               + coalesce((plan ->> 'Rows Removed by Join Filter')::numeric, 0)
                               + coalesce((plan ->> 'Rows Removed by Index Recheck')::numeric, 0))), 0)::bigint
          from node
        """;

    /// The queries of `ri_triggers.c`: one looks for the referenced row, the other for rows that refer to
    /// it. Shared rows are left out of the second: only operators change them, and the rows of all tenants
    /// refer to them.
    private static final String CHECKS = """
        select format('select 1 from only %s x where %s for key share of x',
                      side.searched, string_agg(format('%I = $%s', att.attname, key.n), ' and ' order by key.n))
               || '|' || string_agg(format_type(att.atttypid, null), ', ' order by key.n)
               || '|' || format('select concat_ws('', '', %s) from %s where %s limit 1',
                                string_agg(format('quote_literal(%I)', child.attname), ', ' order by key.n),
                                con.conrelid::regclass,
                                string_agg(format('%I is not null', child.attname), ' and ' order by key.n))
          from pg_constraint con
         cross join lateral (values (con.confrelid::regclass, con.confkey, true),
                                    (con.conrelid::regclass, con.conkey, false)) side (searched, columns, is_parent)
         cross join lateral unnest(side.columns, con.conkey) with ordinality key (attnum, child, n)
          join pg_attribute att on att.attrelid = side.searched and att.attnum = key.attnum
          join pg_attribute child on child.attrelid = con.conrelid and child.attnum = key.child
         where con.contype = 'f' and con.connamespace = 'app'::regnamespace
           and (side.is_parent or exists (select from pg_attribute tenant where tenant.attrelid = con.confrelid
                                                               and tenant.attname = 'organization_id'))
         group by con.oid, con.conrelid, side.searched, side.is_parent
         order by 1
        """;

    private static final Configuration STATEMENTS = Statements.read();
    private static final AtomicInteger PREPARED = new AtomicInteger();

    private static Connection admin;
    private static Connection app;
    private static Connection worker;
    private static List<Arguments> arguments;

    @BeforeAll
    static void fillTheTables() throws IOException, SQLException {
        var acme = DEMO.tenant("acme");
        var owner = DEMO.user(acme, "owner");
        admin = DATABASE.admin();
        try (var rows = NeverAnalyzedTest.class.getResourceAsStream("ten_thousand.sql")) {
            run(admin, new String(rows.readAllBytes(), StandardCharsets.UTF_8));
        }
        app = DATABASE.app();
        app.setAutoCommit(false);
        run(app, "select app.bind('%s', 'user:%s', false)".formatted(acme.organization(), owner));
        worker = DATABASE.worker();
        worker.setAutoCommit(false);
        run(worker, "select app.bind('%s', 'system:worker', false)".formatted(acme.organization()));
        admin.setAutoCommit(false);
        var row = UUID.fromString(
                FirstColumn.of(admin, "select md5('5000')::uuid").getFirst());
        arguments = List.of(
                new Arguments(acme, owner, _ -> List.of(row)),
                new Arguments(acme, owner, _ -> List.of(new UUID(1, 1))));
    }

    @AfterAll
    static void close() throws SQLException {
        app.close();
        worker.close();
        admin.close();
    }

    static Stream<Mapped> statements() {
        return Mapped.all(STATEMENTS)
                .filter(statement -> statement.mapper() != ConstraintMapper.class // it reads the catalog
                        && statement.mapper() != AuditLogMapper.class // one log of both modes, in order of time
                        && !statement.signsIn() // functions only
                        && !statement.method().getName().equals("trimAudit") // a function, which keeps 30 days
                        && statement.mapper() != TurnMapper.class);
    }

    /// Runs the statement with a row that exists and with one that does not. Invented values may be refused
    /// once the row is found.
    @ParameterizedTest
    @MethodSource("statements")
    void a_statement_reads_few_rows_in_vain(Mapped mapped) throws SQLException {
        for (var from : arguments) {
            for (var values : from.of(mapped)) {
                try {
                    assertFewFiltered(mapped, values);
                } catch (SQLException refused) {
                    assertThat(refused.getSQLState()).as(refused.getMessage()).isIn(REFUSED);
                    assertThat(adds(mapped) || from == arguments.getFirst())
                            .as("with no row there is nothing to refuse")
                            .isTrue();
                }
            }
        }
    }

    private static void assertFewFiltered(Mapped mapped, Object[] values) throws SQLException {
        var connection = mapped.works() ? worker : app;
        var bound = mapped.sql(values);
        var name = "plan_" + PREPARED.incrementAndGet();
        var before = connection.setSavepoint();
        run(connection, "prepare " + name + " as " + Plan.numbered(bound.getSql()));
        var count = bound.getParameterMappings().size();
        var execute = "execute " + name + (count == 0 ? "" : "(" + "?, ".repeat(count - 1) + "?)");
        try (var literal = connection.prepareStatement(execute)) {
            STATEMENTS
                    .newParameterHandler(
                            mapped.statement(),
                            new ParamNameResolver(STATEMENTS, mapped.method()).getNamedParams(values),
                            bound)
                    .setParameters(literal);
            assertFewFiltered(connection, literal.toString());
        } finally {
            connection.rollback(before);
        }
    }

    private static boolean adds(Mapped mapped) {
        return mapped.statement().getSqlCommandType() == SqlCommandType.INSERT
                || mapped.method().getName().matches("insert|add|note");
    }

    static Stream<String> checks() throws SQLException {
        return FirstColumn.of(admin, CHECKS).stream();
    }

    @ParameterizedTest
    @MethodSource("checks")
    void a_check_of_a_foreign_key_reads_few_rows_in_vain(String check) throws SQLException {
        var parts = check.split("\\|");
        var found = FirstColumn.of(admin, parts[2]);
        var values = found.isEmpty() ? "null" + ", null".repeat(parts[1].split(",").length - 1) : found.getFirst();
        var name = "check_" + PREPARED.incrementAndGet();
        run(admin, "prepare %s (%s) as %s".formatted(name, parts[1], parts[0]));
        assertFewFiltered(admin, "execute %s (%s)".formatted(name, values));
    }

    private static void assertFewFiltered(Connection connection, String execute) throws SQLException {
        for (var mode : List.of("force_custom_plan", "force_generic_plan")) {
            var before = connection.setSavepoint();
            run(connection, "set local plan_cache_mode = " + mode);
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("explain (analyze, format json, timing off) " + execute)) {
                rows.next();
                var plan = rows.getString(1);
                assertThat(filtered(plan)).as("%s: %s: %s", mode, execute, plan).isLessThanOrEqualTo(MOST);
            } finally {
                connection.rollback(before);
            }
        }
    }

    private static long filtered(String plan) throws SQLException {
        try (PreparedStatement sum = admin.prepareStatement(FILTERED)) {
            sum.setString(1, plan);
            try (var rows = sum.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
