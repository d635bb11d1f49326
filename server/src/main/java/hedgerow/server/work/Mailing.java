package hedgerow.server.work;

import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.organization.OrganizationMapper;
import hedgerow.mappers.work.DueMail;
import hedgerow.mappers.work.MailMapper;
import hedgerow.server.http.SecretBox;
import hedgerow.server.pay.Due;
import hedgerow.server.pay.Uptime;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/// Sends due e-mails, one after the other, each outside of any transaction.
final class Mailing implements Job {

    /// The time after which no further attempt begins, so that the last one ends before the turn is given
    /// to another worker.
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Database database;
    private final SecretBox secrets;
    private final MailSettings settings;
    private final MailSender sender;
    private final MeterRegistry metrics;

    Mailing(Database database, SecretBox secrets, MailSettings settings, MeterRegistry metrics) {
        this.database = database;
        this.secrets = secrets;
        this.settings = settings;
        this.sender = new MailSender(settings);
        this.metrics = metrics;
    }

    @Override
    public Due run(TenantKey tenant) {
        var begun = Uptime.now();
        if (settings.sendsApprovals()) {
            while (database.writeAlone(on -> on.get(MailMapper.class).announce(tenant)) > 0) {
                // A few approvals at a time.
            }
        }
        while (!Uptime.isOver(begun, LONGEST)) {
            var due = database.writeAlone(on -> on.get(MailMapper.class).claim(tenant));
            if (due.isEmpty()) {
                break;
            }
            note(tenant, due.get(), send(tenant, due.get()));
        }
        return Due.at(database.writeAlone(on -> on.get(MailMapper.class).nextAttempt(tenant)));
    }

    private MailSender.Result send(TenantKey tenant, DueMail mail) {
        if (!mail.open() || mail.recipient() == null) {
            return MailSender.Result.forGood("no_longer_wanted");
        }
        var organization = database.read(on ->
                on.get(OrganizationMapper.class).find(tenant).orElseThrow().name());
        return text(tenant, mail, organization)
                .map(text -> sender.send(mail.id(), mail.recipient(), subject(mail, organization), text))
                .orElseGet(() -> MailSender.Result.forGood("secret_unreadable"));
    }

    private void note(TenantKey tenant, DueMail mail, MailSender.Result result) {
        var pause = result.mayTryAgain()
                ? RetrySchedule.pause(mail.attempts(), Optional.empty())
                : Optional.<Duration>empty();
        var status = result.isSent() ? "sent" : pause.isPresent() ? "failed" : "abandoned";
        metrics.counter("hedgerow.mail.attempts", "outcome", status).increment();
        database.writeAlone(on -> on.get(MailMapper.class)
                .note(
                        tenant,
                        mail.id(),
                        status,
                        result.error().orElse(null),
                        pause.map(wait -> wait.toMillis() / 1e3).orElse(0.0)));
    }

    private static String subject(DueMail mail, String organization) {
        return mail.approvalId() == null
                ? "Invitation to " + organization
                : "A payment of %s waits for approval".formatted(organization);
    }

    /// The text of an e-mail; empty if the token cannot be opened.
    private Optional<String> text(TenantKey tenant, DueMail mail, String organization) {
        var until = TIME.format(mail.expiresAt());
        if (mail.approvalId() != null) {
            return settings.mailApprovalLink().map(link -> """
                A payment of %s waits for the approval of an owner or admin%s.

                Decide here: %s

                The request ends on %s.
                """.formatted(
                            organization,
                            tenant.livemode() ? "" : " (test data)",
                            link.replace(MailSettings.ID, mail.approvalId().toString()),
                            until));
        }
        return token(tenant, mail)
                .flatMap(token -> settings.mailInvitationLink().map(link ->
                        """
                        You are invited to join %s as %s.

                        Accept here: %s

                        The invitation is valid until %s. If you did not expect it, ignore this message.
                        """.formatted(organization, mail.role(), link.replace(MailSettings.TOKEN, token), until)));
    }

    private Optional<String> token(TenantKey tenant, DueMail mail) {
        return mail.secretKeyId() == null
                ? Optional.empty()
                : secrets.open(
                                "mail",
                                tenant,
                                mail.id(),
                                new SecretBox.Sealed(mail.secretKeyId(), mail.secretNonce(), mail.secretCiphertext()))
                        .map(token -> new String(token, StandardCharsets.UTF_8));
    }
}
