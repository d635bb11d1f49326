package hedgerow.server.work;

import hedgerow.mappers.Database;
import hedgerow.server.bill.Billing;
import hedgerow.server.chain.ChainSettings;
import hedgerow.server.chain.Deposits;
import hedgerow.server.chain.Execution;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.HttpSettings;
import hedgerow.server.http.PublicAddresses;
import hedgerow.server.http.SecretBox;
import hedgerow.server.link.OpenCheckouts;
import hedgerow.server.provider.HttpProviders;
import hedgerow.server.provider.PaymentRail;
import hedgerow.server.provider.ProviderSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Every kind of work, by the name of its turns.
public record Jobs(Map<String, Job> byKind, MeterRegistry metrics) {

    private static final Duration TIME_TO_FINISH = Duration.ofMinutes(1);

    /// The number of concurrent turns; most of the time, a turn waits for somebody else.
    private static final int WIDTH = 32;

    /// The jobs over a database.
    ///
    /// @param bound binds each connection to the tenant in scope
    /// @param secrets opens what signs deliveries, the tokens of invitations, and credentials for providers
    public static Jobs of(
            Database bound,
            HttpSettings settings,
            MailSettings mail,
            SecretBox secrets,
            Duration keepEvents,
            Duration keepAudit,
            ChainSettings chain,
            ProviderSettings providers,
            MeterRegistry metrics) {
        var guarded = new WebhookSender(PublicAddresses::contain, UnaryOperator.identity());
        var test = settings.allowPrivateWebhooks() ? new WebhookSender(_ -> true, UnaryOperator.identity()) : guarded;
        var events = new EventWriter(settings.limits());
        var jobs = new HashMap<String, Job>(Map.of(
                "publish", new Publishing(bound),
                "deliver", new Delivery(bound, secrets, guarded, test, metrics),
                "bill", new Billing(bound, events)::run,
                "expire", new Expiry(bound, events),
                "retain", new Retention(bound, keepEvents, keepAudit)));
        var executing = Stream.of(
                        Execution.over(bound, chain, events, metrics),
                        HttpProviders.over(bound, providers, secrets, events, metrics),
                        OpenCheckouts.over(bound, providers, secrets, events))
                .<PaymentRail>flatMap(Optional::stream)
                .toList();
        if (!executing.isEmpty()) { // otherwise these turns stay for a worker that has a rail
            jobs.put("execute", tenant -> PaymentRail.run(executing, tenant));
        }
        Deposits.over(bound, chain, events, metrics).ifPresent(deposits -> jobs.put("receive", deposits::run));
        if (mail.isOn()) {
            jobs.put("mail", new Mailing(bound, secrets, mail, metrics));
        }
        return new Jobs(jobs, metrics);
    }

    /// Starts a worker.
    ///
    /// @param unbound runs the statements for which no tenant is bound
    public Worker start(Database unbound) {
        return Worker.start(unbound, byKind, TIME_TO_FINISH, metrics, WIDTH);
    }
}
