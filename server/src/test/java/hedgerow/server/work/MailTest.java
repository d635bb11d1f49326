package hedgerow.server.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import hedgerow.server.DemoKeys;
import hedgerow.server.Inspection;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.settings.Configuration;
import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import tools.jackson.databind.json.JsonMapper;

/// E-mail travels from the API through the worker to a real SMTP server on this machine.
@ResourceLock(Resources.SYSTEM_ERR)
class MailTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ACME = "(select id from app.organization where slug = 'acme')";
    private static final String BIND = "begin; select app.bind(" + ACME + ", 'system:test', false); ";

    private Connection admin;
    private GreenMail smtp;
    private int port;

    @BeforeEach
    void start() throws Exception {
        admin = DATABASE.admin();
        execute(BIND + "update app.approval set created_at = now() - interval '9 days', expires_at = now() - interval"
                + " '1 day' where organization_id = " + ACME + " and not livemode and status = 'pending'; commit;"
                + " truncate app.mail; delete from app_private.turn; delete from app_private.wake");
        port = free();
        smtp = server(port);
    }

    @AfterEach
    void stop() throws SQLException {
        smtp.stop();
        admin.close();
    }

    // --- what is sent --------------------------------------------------------------------------------------------

    @Test
    void an_invitation_is_sent_once_with_its_link_and_the_token_is_kept_nowhere() throws Exception {
        smtp.setUser("guest@example.com", "guest"); // otherwise the SMTP server logs that it creates one
        var log = new ByteArrayOutputStream();
        var usual = System.err;
        System.setErr(new PrintStream(log, true));
        try (var service = serve(Map.of())) {
            var token = invite(service, "guest@example.com");
            assertThat(smtp.waitForIncomingEmail(PATIENCE.toMillis(), 1)).isTrue();
            Eventually.holds("it is noted", PATIENCE, () -> mails("status").equals(List.of("sent")));
            execute("insert into app_private.wake (kind, organization_id, livemode, due_at) values ('mail', " + ACME
                    + ", false, now())");
            Eventually.holds(
                    "another turn has ended",
                    PATIENCE,
                    () -> of("select 1 from app_private.turn where kind = 'mail' union all select 1 from"
                                    + " app_private.wake where kind = 'mail'")
                            .isEmpty());
            var message = only();
            assertThat(message.getSubject()).isEqualTo("Invitation to Acme");
            assertThat(message.getAllRecipients()[0]).hasToString("guest@example.com");
            assertThat(message.getFrom()[0]).hasToString("hedgerow@shop.example");
            assertThat(text(message)).contains("https://app.example/join#" + token, "as viewer");
            assertThat(mails("num_nonnulls(secret_key_id, secret_nonce, secret_ciphertext)"))
                    .containsExactly("0");
            assertThat(log.toString()).contains("\"e-mail\"").doesNotContain(token, "guest@example.com");
        } finally {
            System.setErr(usual);
        }
    }

    @Test
    void an_approval_is_announced_to_those_who_may_decide_it() throws Exception {
        execute(BIND + "update app.membership set email = role || '-' || left(user_id::text, 0) || 'of@acme.example'"
                + " where organization_id = " + ACME + " and status = 'active'; commit");
        try (var _ = serve(Map.of())) {
            var approval = approval("user:' || (select user_id from app.membership where role = 'owner' and status ="
                    + " 'active' and organization_id = " + ACME + " order by user_id limit 1) || '");
            Eventually.holds(
                    "they are sent",
                    PATIENCE,
                    () -> !mails("status").isEmpty() && mails("status").stream().allMatch("sent"::equals));
            var wanted = of("select count(*) from app.membership m, app.approval a where a.id = '" + approval
                            + "' and m.organization_id = a.organization_id and m.role in ('owner', 'admin') and"
                            + " m.status = 'active' and 'user:' || m.user_id <> all (a.initiators)")
                    .getFirst();
            assertThat(smtp.getReceivedMessages())
                    .hasSize(Integer.parseInt(wanted))
                    .isNotEmpty();
            for (var message : smtp.getReceivedMessages()) {
                assertThat(message.getSubject()).isEqualTo("A payment of Acme waits for approval");
                assertThat(text(message)).contains("https://app.example/approvals/" + approval, "(test data)");
                assertThat(message.getAllRecipients()[0].toString()).matches("(admin|owner)-of@acme.example");
            }
        }
    }

    @Test
    void nothing_is_sent_to_a_guest_who_is_no_longer_invited() throws Exception {
        execute("insert into app_private.wake (kind, organization_id, livemode, due_at) select 'mail', " + ACME
                + ", false, now()");
        execute(BIND + "insert into app.mail (organization_id, livemode, invitation_id) select organization_id, false,"
                + " id from app.invitation where status = 'revoked' and organization_id = " + ACME + "; commit");
        try (var _ = serve(Map.of())) {
            Eventually.holds(
                    "it is given up",
                    PATIENCE,
                    () -> mails("status || ' ' || last_error").equals(List.of("abandoned no_longer_wanted")));
        }
        assertThat(smtp.getReceivedMessages()).isEmpty();
    }

    // --- when something goes wrong -------------------------------------------------------------------------------

    @Test
    void a_server_that_is_away_gets_the_mail_later() throws Exception {
        smtp.stop();
        try (var service = serve(Map.of())) {
            invite(service, "later@example.com");
            Eventually.holds(
                    "it has failed",
                    PATIENCE,
                    () -> mails("status || ' ' || last_error").equals(List.of("failed server_failed")));
            assertThat(mails("next_attempt_at > now()")).containsExactly("t");
            smtp = server(port);
            Eventually.holds("it is sent", PATIENCE, () -> mails("status").equals(List.of("sent")));
        }
        assertThat(only().getAllRecipients()[0]).hasToString("later@example.com");
    }

    @Test
    void a_wrong_password_is_reported_in_a_word_and_the_right_one_sends() throws Exception {
        smtp.setUser("hedgerow@shop.example", "hedgerow", "right");
        var server = "smtp://hedgerow@127.0.0.1:" + port;
        try (var service = serve(Map.of("mail-server", server, "mail-password", "wrong"))) {
            invite(service, "one@example.com");
            Eventually.holds(
                    "it has failed", PATIENCE, () -> mails("last_error").equals(List.of("login_refused")));
        }
        execute(BIND + "update app.mail set next_attempt_at = now(); commit; insert into app_private.wake (kind,"
                + " organization_id, livemode, due_at) values ('mail', " + ACME + ", false, now())");
        try (var _ = serve(Map.of("mail-server", server, "mail-password", "right"))) {
            Eventually.holds("it is sent", PATIENCE, () -> mails("status").equals(List.of("sent")));
        }
    }

    /// Neither an address nor a name adds a header or a recipient.
    @Test
    void nothing_of_a_tenant_becomes_a_header() throws Exception {
        var sender = new MailSender(settings(Map.of()).mail());
        for (var address :
                List.of("a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "A <a@b.example>", "a")) {
            assertThat(sender.send(UUID.randomUUID(), address, "s", "t").error())
                    .contains("address_invalid");
        }
        assertThat(sender.send(UUID.randomUUID(), "a@b.example", "Hi\r\nBcc: c@d.example\r\n\r\nbody", "t")
                        .error())
                .isEmpty();
        assertThat(only().getSubject()).isEqualTo("Hi Bcc: c@d.example body");
        assertThat(only().getHeader("Bcc")).isNull();
    }

    // --- settings ------------------------------------------------------------------------------------------------

    @Test
    void it_is_off_until_it_is_set_and_reports_that() throws Exception {
        var off = settings(
                Map.of("mail-server", "", "mail-from", "", "mail-invitation-link", "", "mail-approval-link", ""));
        assertThat(Inspection.of(off).toString()).contains("e-mail          off; set `mail-server` and `mail-from`");
        assertThat(Inspection.of(settings(Map.of())).toString()).contains("e-mail          invitations and approvals");
        assertThat(settings(Map.of("mail-invitation-link", "", "mail-approval-link", ""))
                        .mail()
                        .summary(true))
                .isEqualTo("off; set `mail-invitation-link`, `mail-approval-link` or both");
        assertThat(settings(Map.of()).mail().summary(false)).contains("credential-key");
        try (var service = Service.start(off)) {
            invite(service, "nobody@example.com");
        }
        assertThat(mails("status")).isEmpty();
    }

    @Test
    void a_setting_that_cannot_work_is_refused() {
        Map.of(
                        "mail-server", "smtp://user:secret@mail.example",
                        "mail-from", "Shop <a@b.example>",
                        "mail-invitation-link", "https://app.example/join",
                        "mail-approval-link", "javascript:{id}")
                .forEach((name, value) -> assertThatThrownBy(() -> settings(Map.of(name, value)))
                        .isInstanceOf(Configuration.Invalid.class)
                        .hasMessageContaining(name)
                        .hasMessageNotContaining("secret@"));
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static int free() throws Exception {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static GreenMail server(int port) {
        var server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        return server;
    }

    private Service serve(Map<String, String> special) {
        return Service.start(settings(special));
    }

    /// The settings of a test.
    ///
    /// @param special settings; an empty text removes one
    private ServiceSettings settings(Map<String, String> special) {
        var all = new HashMap<>(Map.of(
                "database",
                DATABASE.url(Logins.APP).libpq(),
                "worker-database",
                DATABASE.url(Logins.WORKER).libpq(),
                "credential-key",
                "5a".repeat(32),
                "mail-server",
                "smtp://127.0.0.1:" + port,
                "mail-from",
                "hedgerow@shop.example",
                "mail-invitation-link",
                "https://app.example/join#{token}",
                "mail-approval-link",
                "https://app.example/approvals/{id}"));
        all.putAll(Map.of("port", "0", "worker", "true", "log-requests", "false", "demo", "true"));
        all.putAll(special);
        all.values().removeIf(String::isEmpty);
        return ServiceSettings.of(Configuration.of(all, Map.of(), Optional.empty()));
    }

    private static String invite(Service service, String email) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/invitations".formatted(service.port())))
                .header("Authorization", "Bearer " + DemoKeys.testKey("acme", "Owner"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"email\": \"%s\", \"role\": \"viewer\"}".formatted(email)));
        var answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return new JsonMapper().readTree(answer.body()).path("secret").asString();
    }

    private String approval(String requester) throws SQLException {
        execute(BIND + "insert into app.payment_order (organization_id, livemode, currency, amount_minor, created_by)"
                + " values (" + ACME + ", false, 'EUR', 77, '" + requester + "'); insert into app.approval"
                + " (organization_id, livemode, payment_order_id, reason, requested_by, expires_at) select"
                + " organization_id, livemode, id, 'large', created_by, now() + interval '1 day' from"
                + " app.payment_order where amount_minor = 77 and organization_id = " + ACME + "; commit");
        return of("select id from app.approval where reason = 'large' and expires_at > now() and status = 'pending' and"
                        + " organization_id = " + ACME)
                .getFirst();
    }

    private MimeMessage only() {
        assertThat(smtp.getReceivedMessages()).hasSize(1);
        return Stream.of(smtp.getReceivedMessages()).findFirst().orElseThrow();
    }

    private static String text(MimeMessage message) throws Exception {
        return message.getContent().toString();
    }

    private List<String> mails(String column) {
        return of("select " + column + " from app.mail where not livemode and organization_id = " + ACME);
    }

    private List<String> of(String sql) {
        try {
            return FirstColumn.of(admin, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }
}
