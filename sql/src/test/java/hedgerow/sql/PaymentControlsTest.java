package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.PaymentControls.Control;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/// Each control of [PaymentControls] refuses its situation by its own name, and with its listed mistake
/// nothing refuses it: the control, and nothing else, protects.
class PaymentControlsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final Path DOCUMENT = Path.of("..", "docs", "controls.md");
    private static final String ORDER = "'00000000-0000-7000-8000-0000000000a1'";
    private static final String TENANT = "(select id from app.organization where slug = 'acme')";
    private static final String OF_TENANT = " where organization_id = " + TENANT + " and not livemode";
    private static final String AGENT = "(select id from app.agent" + OF_TENANT + " and name = 'Agent 1')";

    /// The abbreviations in the situations.
    private static final Map<String, String> WORDS = Map.of(
            ":agent", "update app.agent set name = name, %s where id = " + AGENT,
            ":wallet",
                    "update app.wallet set label = label, %s where id = (select agent_wallet_id from app.agent"
                            + OF_TENANT + " and name = 'Agent 1')",
            ":limit",
                    "update app.agent_limit set created_by = created_by, %s where currency = 'EUR' and agent_id = "
                            + AGENT,
            ":coinlimit",
                    "update app.agent_limit set created_by = created_by, %s where asset is not null"
                            + " and agent_id = " + AGENT,
            ":grant",
                    "update app.agent_limit set per_payment = 100, per_period = 100, period = 'term', spent = 0,"
                        + " period_started_at = now(), ends_at = now() + interval '1 day' where currency = 'EUR' and"
                        + " agent_id = " + AGENT
                            + "; update app.agent_limit set created_by = created_by, %s where currency = 'EUR'"
                            + " and agent_id = " + AGENT,
            ":method",
                    "update app.customer_payment_method set status = '%s' where id = (select payment_method_id"
                            + " from app.payment_order where id = " + ORDER + ")");

    private Connection connection;

    @BeforeEach
    void begin() throws SQLException {
        connection = DATABASE.admin();
        connection.setAutoCommit(false);
        execute("select app.bind(" + TENANT + ", 'system:test', false)");
        execute("""
            insert into app.payment_order (organization_id, livemode, id, customer_id, payment_method_id,
                   executing_agent_id, currency, amount_minor, recipient_address, created_by)
            select organization_id, livemode, %s, customer_id, id, %s, 'EUR', 100,
                   '0x00000000000000000000000000000000000000aa', app.actor()
              from app.customer_payment_method %s and kind = 'card' and status = 'active' limit 1
            """.formatted(ORDER, AGENT, OF_TENANT));
        move("requires_execution");
    }

    @AfterEach
    void undo() throws SQLException {
        connection.rollback();
        connection.close();
    }

    static List<Control> controls() {
        return PaymentControls.all();
    }

    @ParameterizedTest
    @MethodSource("controls")
    void a_control_refuses_what_it_is_there_for(Control control) throws SQLException {
        given(control);
        assertThatThrownBy(() -> attempt(control))
                .isInstanceOfSatisfying(
                        PSQLException.class,
                        e -> assertThat(e.getServerErrorMessage().getConstraint())
                                .as(e.getMessage())
                                .isEqualTo(control.rule()));
    }

    @ParameterizedTest
    @MethodSource("controls")
    void without_the_control_it_would_happen(Control control) throws SQLException {
        execute(control.mistake());
        given(control);
        assertThat(attempt(control)).isEqualTo(1);
    }

    @Test
    void an_order_within_every_control_is_executed_and_counted() throws SQLException {
        var before = spent();
        move("processing");
        assertThat(spent()).isEqualTo(before + 100);
        assertThat(FirstColumn.of(
                        connection, "select limit_period is not null from app.payment_order where id = " + ORDER))
                .containsExactly("t");
    }

    /// Whatever was granted for this payment is used first, and the limit without an end is left as it was.
    @Test
    void a_grant_is_used_before_the_limit_without_an_end() throws SQLException {
        execute("insert into app.agent_limit (organization_id, livemode, agent_id, currency, per_payment, per_period,"
                + " period, requires_approval_above, allowed_recipients, ends_at, created_by) values (" + TENANT
                + ", false, " + AGENT + ", 'EUR', 100, 100, 'term', 100,"
                + " array['0x00000000000000000000000000000000000000aa'], now() + interval '1 day', app.actor())");
        var standing =
                "select spent from app.agent_limit where currency = 'EUR' and ends_at is null and agent_id = " + AGENT;
        var granted = standing.replace("ends_at is null", "ends_at is not null");
        var before = FirstColumn.of(connection, standing);
        move("processing");
        assertThat(FirstColumn.of(connection, granted)).containsExactly("100");
        assertThat(FirstColumn.of(connection, standing)).isEqualTo(before);
        move("failed");
        assertThat(FirstColumn.of(connection, granted)).containsExactly("0");
        execute("update app.agent_limit set spent = 1 where ends_at is not null and agent_id = " + AGENT);
        execute("update app.payment_order set limit_period = null, description = 'again' where id = " + ORDER);
        assertThat(FirstColumn.of(
                        connection,
                        "select (app.agent_limit_for(o)).ends_at is null from app.payment_order o where id = " + ORDER))
                .containsExactly("t");
    }

    /// Codes and numbers for whoever asked, and no word of another row.
    @Test
    void a_refusal_tells_the_number_that_was_exceeded() throws SQLException {
        execute(sql(":limit per_payment = 99"));
        assertThatThrownBy(() -> move("processing"))
                .isInstanceOfSatisfying(
                        PSQLException.class,
                        e -> assertThat(e.getServerErrorMessage().getDetail())
                                .contains(
                                        "\"reason\": \"per_payment\"",
                                        "\"asked\": \"100\"",
                                        "\"allowed\": \"99\"",
                                        "\"unit\": \"EUR\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"requires_execution", "failed"})
    void what_came_to_nothing_no_longer_counts(String status) throws SQLException {
        var before = spent();
        move("processing");
        move(status);
        assertThat(spent()).isEqualTo(before);
    }

    @Test
    void what_came_to_nothing_in_an_earlier_period_changes_nothing_in_this_one() throws SQLException {
        move("processing");
        execute("update app.agent_limit set spent = 7, period_started_at = period_started_at + interval '1 month'"
                + " where currency = 'EUR' and agent_id = " + AGENT);
        move("failed");
        assertThat(spent()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"day", "week", "month"})
    void a_new_period_begins_with_its_first_payment(String period) throws SQLException {
        execute(("update app.agent_limit set spent = per_period, period = '%s', period_started_at = date_trunc('%1$s',"
                        + " now(), 'UTC') - interval '1 second' where currency = 'EUR' and agent_id = " + AGENT)
                .formatted(period));
        move("processing");
        assertThat(spent()).isEqualTo(100);
        assertThat(FirstColumn.of(
                        connection,
                        "select period_started_at = date_trunc(period, now(), 'UTC') from app.agent_limit"
                                + " where currency = 'EUR' and agent_id = " + AGENT))
                .containsExactly("t");
    }

    /// Otherwise whoever lowers a limit of a busy agent would meet a conflict each time.
    @Test
    void counting_a_payment_is_no_new_version_of_the_limit() throws SQLException {
        var versions = "select version from app.agent_limit where agent_id = " + AGENT;
        var before = FirstColumn.of(connection, versions);
        move("processing");
        assertThat(FirstColumn.of(connection, versions)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hedgerow_app", "hedgerow_worker"})
    void nobody_writes_what_was_spent(String role) throws SQLException {
        assertThat(FirstColumn.of(
                        connection,
                        "select attname from pg_attribute where attrelid = 'app.agent_limit'::regclass and attname in"
                                + " ('spent', 'period_started_at') and has_column_privilege('" + role
                                + "', attrelid, attnum, 'update') union all select 'limit_period' where"
                                + " has_column_privilege('" + role
                                + "', 'app.payment_order', 'limit_period', 'update')"))
                .isEmpty();
    }

    @Test
    void every_control_and_every_column_that_restricts_is_documented() throws Exception {
        var document = Files.readString(DOCUMENT);
        assertThat(controls()).allSatisfy(control -> assertThat(document).contains("| " + control.title() + " |"));
        assertThat(FirstColumn.of(connection, """
            select table_name || '.' || column_name
              from information_schema.columns
             where table_schema = 'app' and table_name not like 'audit%'
               and (column_name in ('status', 'active', 'capabilities', 'scopes', 'permissions', 'spent', 'used',
                                    'refunded', 'period', 'quantity', 'initiators', 'event_types', 'verified_at',
                                    'signature_verified', 'temperature')
                    or column_name ~ '^(max|min|allowed|per|requires|trial|not)_' or column_name ~ '_(until|limit)$'
                    or column_name in ('expires_at', 'revoked_at', 'consumed_at', 'expires_year', 'expires_month',
                                       'cancel_at_period_end', 'limit_period'))
             order by 1
            """))
                .hasSizeGreaterThan(60)
                .allSatisfy(column -> assertThat(document)
                        .as("docs/controls.md names %s", column)
                        .contains("`" + column + "`"));
    }

    private void given(Control control) throws SQLException {
        for (var sentence : control.given().split(";\\s*")) {
            execute(sql(sentence));
        }
    }

    private static String sql(String sentence) {
        return switch (sentence) {
            case "" -> "select 1";
            case ":begin" -> "update app.payment_order set status = 'processing' where id = " + ORDER;
            case ":try" ->
                "insert into app.payment_attempt (organization_id, livemode, payment_order_id, number,"
                        + " provider, agent_id, wallet_id) select organization_id, livemode, " + ORDER
                        + ", 1, 'evm', id, agent_wallet_id from app.agent where id = " + AGENT;
            case ":draft" ->
                "insert into app.payment_order (organization_id, livemode, executing_agent_id, currency,"
                        + " amount_minor, description, created_by) values (" + TENANT + ", false, " + AGENT
                        + ", 'EUR', 100, 'draft', app.actor())";
            case ":coins" ->
                "insert into app.agent_limit (organization_id, livemode, agent_id, asset, per_payment,"
                        + " per_period, period, requires_approval_above, created_by) values (" + TENANT + ", false, "
                        + AGENT + ", 'USDC.84532', 1000, 1000, 'day', 1000, app.actor());"
                        + "update app.payment_order set currency = null, amount_minor = null, asset = 'USDC.84532',"
                        + " amount = 100 where id = " + ORDER;
            case ":purchase" ->
                "insert into app.payment_order (organization_id, livemode, executing_agent_id, currency, amount_minor,"
                        + " purchase_id, created_by) values (" + TENANT + ", false, " + AGENT
                        + ", 'EUR', 1, 'p-1', app.actor())";
            case ":request" -> approval("null");
            case ":approval" ->
                approval("approved") + "; update app.approval set status = 'approved',"
                        + " decided_by = 'user:somebody', decided_at = now() where payment_order_id = " + ORDER;
            default -> word(sentence).replace(":order", ORDER).replace(":tenant", TENANT);
        };
    }

    private static String approval(String note) {
        return "insert into app.approval (organization_id, livemode, payment_order_id, agent_id, reason,"
                + " requested_by, expires_at) values (" + TENANT + ", false, " + ORDER + ", " + AGENT + ", '" + note
                + "', 'system:test', now() + interval '1 day')";
    }

    private static String word(String sentence) {
        var word = sentence.split(" ", 2);
        return WORDS.containsKey(word[0]) ? WORDS.get(word[0]).formatted(word[1]) : sentence;
    }

    /// Tries the move as its listed role, so that policies and grants apply.
    private int attempt(Control control) throws SQLException {
        if (control.move().role().equals(Logins.APP)) {
            execute("select app.bind(" + TENANT + ", (select 'user:' || user_id from app.membership where role ="
                    + " 'admin' and organization_id = " + TENANT + "), false)");
        }
        var isAgent = control.move().role().equals("agent");
        if (isAgent) {
            execute("select app.bind(" + TENANT + ", 'agent:' || " + AGENT + ", false)");
        }
        execute("set local role " + (isAgent ? Logins.APP : control.move().role()));
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(control.move().sql().replace(":order", ORDER));
        }
    }

    private void move(String status) throws SQLException {
        execute("update app.payment_order set status = '%s' where id = %s".formatted(status, ORDER));
    }

    private long spent() throws SQLException {
        return Long.parseLong(FirstColumn.of(
                        connection, "select spent from app.agent_limit where currency = 'EUR' and agent_id = " + AGENT)
                .getFirst());
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
