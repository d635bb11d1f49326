package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.server.settings.Configuration;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The worker runs in a process of its own and beside the API, with its settings.
class WorkTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String RETAINED = "select 1 from app_private.turn where kind = 'retain' and lease is null"
            + " and due_at > now() + interval '1 hour'";

    @Test
    void beside_the_api_it_works_as_its_own_login_and_reports_there() throws Exception {
        rings();
        try (var service = Service.start(settings(Map.of("worker", "true", "worker-database", worker())))) {
            Eventually.holds("a turn has ended", PATIENCE, () -> of(RETAINED) > 0);
            assertThat(get(service.port(), "/metrics").body())
                    .contains("hedgerow_worker_turns_seconds_count", "kind=\"retain\"", "hedgerow_worker_turn_age");
        }
    }

    @Test
    void alone_it_serves_health_and_metrics_and_nothing_else() throws Exception {
        rings();
        try (var work = Work.start(settings(Map.of("worker-database", worker())))) {
            Eventually.holds("a turn has ended", PATIENCE, () -> of(RETAINED) > 0);
            assertThat(get(work.port(), "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(work.port(), "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(work.port(), "/metrics").body()).contains("hedgerow_worker_turns_seconds_count");
            assertThat(get(work.port(), "/v1/customers").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void it_opens_the_configured_number_of_connections() throws Exception {
        rings();
        try (var _ = Work.start(settings(Map.of("worker-database", worker(), "worker-pool-size", "3")))) {
            Eventually.holds("a turn has ended", PATIENCE, () -> of(RETAINED) > 0);
            assertThat(of("select 1 from pg_stat_activity where usename = 'hedgerow_worker'"
                            + " and application_name = 'hedgerow work'"))
                    .isBetween(1, 3);
        }
    }

    @Test
    void it_listens_on_the_configured_address() throws Exception {
        int free;
        try (var socket = new java.net.ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (var work =
                Work.start(settings(Map.of("worker-database", worker(), "worker-port", Integer.toString(free))))) {
            assertThat(work.port()).isEqualTo(free);
        }
    }

    @Test
    void the_password_may_stand_apart_from_the_address() throws Exception {
        var url = DATABASE.url(Logins.WORKER);
        var address = url.withUser(Logins.WORKER, Optional.empty()).libpq();
        try (var work = Work.start(settings(Map.of(
                "worker-database",
                address,
                "worker-database-password",
                url.password().orElseThrow())))) {
            assertThat(get(work.port(), "/readyz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void events_stay_as_long_as_is_set() throws Exception {
        execute("begin; select app.bind(id, 'system:test', false) from app.organization where slug = 'globex';"
                + " update app.outbox_event set published_at = now() - interval '3 hours'"
                + " where organization_id = app.organization_id() and not livemode; commit");
        var old = "select 1 from app.outbox_event where published_at < now() - interval '2 hours' and not livemode and"
                + " organization_id = (select id from app.organization where slug = 'globex')";
        assertThat(of(old)).isGreaterThan(1);
        rings();
        try (var _ = Work.start(settings(Map.of("worker-database", worker(), "keep-events", "2h")))) {
            Eventually.holds("all but the newest are removed", PATIENCE, () -> of(old) <= 1);
        }
    }

    @Test
    void sessions_of_card_payers_stay_as_long_as_events() throws Exception {
        var globex = " organization_id = (select id from app.organization where slug = 'globex') and not livemode";
        execute("set session_replication_role = replica; update app.checkout set updated_at = now() - interval '3"
                + " hours' where" + globex
                + "; insert into app.checkout (organization_id, livemode, payment_link_id, provider,"
                + " provider_credential_id, currency, amount_minor, message, address, status, external_id,"
                + " updated_at, next_try_at) select organization_id, livemode, payment_link_id, provider,"
                + " provider_credential_id, currency, amount_minor, message, address, k.status, k.status,"
                + " k.ended, k.due from app.checkout c, (values ('open', now() - interval '3 hours', now() +"
                + " interval '1 day'), ('expired', now(), null)) k (status, ended, due) where c.id = (select"
                + " min(id::text)::uuid from app.checkout where"
                + globex
                + "); reset session_replication_role");
        var ended = "select 1 from app.checkout where next_try_at is null and updated_at < now() - interval '2 hours'"
                + " and" + globex;
        assertThat(of(ended)).isPositive();
        rings();
        try (var _ = Work.start(settings(Map.of("worker-database", worker(), "keep-events", "2h")))) {
            Eventually.holds("they are removed", PATIENCE, () -> of(ended) == 0);
        }
        assertThat(of("select 1 from app.checkout where external_id in ('open', 'expired') and" + globex))
                .as("one that may still be paid, and one that has just ended")
                .isEqualTo(2);
    }

    @Test
    void the_audit_log_stays_as_long_as_is_set() throws Exception {
        var initech = " organization_id = (select id from app.organization where slug = 'initech')";
        execute("set session_replication_role = replica; update app.audit_block set created_at = now() - interval '"
                + "100 days' where" + initech + "; reset session_replication_role");
        assertThat(of("select 1 from app.audit_log where" + initech)).isGreaterThan(1);
        rings();
        try (var _ = Work.start(settings(Map.of("worker-database", worker(), "keep-audit-days", "90")))) {
            Eventually.holds("it is removed", PATIENCE, () -> of("select 1 from app.audit_log where" + initech) == 0);
        }
        assertThat(of("select 1 from app.verify_audit_log() where not intact")).isZero();
    }

    @Test
    void it_refuses_to_run_as_another_login() {
        var app = DATABASE.url(Logins.APP).libpq();
        assertThatThrownBy(() -> Work.start(settings(Map.of("worker-database", app))))
                .isInstanceOf(DatabaseProblem.class)
                .hasMessageContaining("worker");
        assertThatThrownBy(() -> Work.start(
                        settings(Map.of("worker-database", DATABASE.adminUrl().libpq()))))
                .isInstanceOf(DatabaseProblem.class);
    }

    private static ServiceSettings settings(Map<String, String> special) {
        var all = new HashMap<>(Map.of(
                "database", DATABASE.url(Logins.APP).libpq(),
                "port", "0",
                "worker-port", "0",
                "log-requests", "false",
                "demo", "true"));
        all.putAll(special);
        return ServiceSettings.of(Configuration.of(all, Map.of(), Optional.empty()));
    }

    private static String worker() {
        return DATABASE.url(Logins.WORKER).libpq();
    }

    /// Rings for every tenant, as after an upgrade.
    private static void rings() throws SQLException {
        execute("delete from app_private.turn; delete from app_private.wake; insert into app_private.wake (kind,"
                + " organization_id, livemode, due_at) select 'retain', id, false, now() from app.organization");
    }

    private static int of(String sql) {
        try (var admin = DATABASE.admin()) {
            return FirstColumn.of(admin, sql).size();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (var admin = DATABASE.admin();
                var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)));
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
