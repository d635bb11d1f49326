package hedgerow.server.provider;

import hedgerow.mappers.Database;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.ChargeMapper;
import hedgerow.mappers.work.Chargeable;
import hedgerow.mappers.work.DueRequest;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.mappers.work.Route;
import hedgerow.rls.bind.Tenant;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.Log;
import hedgerow.server.http.SecretBox;
import hedgerow.server.pay.Due;
import hedgerow.server.pay.Uptime;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/// Charges customers, and gives back, through HTTP providers: one pass for the tenant in scope.
///
/// At most once rests on rows and on idempotency keys. A request is kept before it is sent; it has one
/// key for ever, and the same bytes at each try; it is looked up at the provider before each
/// submission, the first one too, so that a database that is older than the provider does not charge
/// anew; and an outcome that is not known stays so until the provider or a person ends it
/// ([execution.md](../../docs/execution.md)).
public final class HttpProviders implements PaymentRail {

    /// Stripe keeps keys for 24 hours.
    private static final Duration RESUBMIT = Duration.ofHours(20);

    private static final Duration GIVE_UP = Duration.ofHours(24);
    private static final Duration LATER = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);
    private static final int AT_ONCE = 8;
    private static final int MOST_AT_ONCE = 50; // as many as one statement returns
    private static final String CHECK_VIOLATION = "23514";
    private static final String PREPARED = "prepared";

    private final Database database;
    private final Map<String, URI> addresses;
    private final Map<String, Protocol> protocols;
    private final List<String> codes;
    private final SecretBox secrets;
    private final Client client;
    private final Health health = new Health(Uptime::now);
    private final Routing routing;
    private final ChargeSettlement settlement;
    private final MeterRegistry metrics;

    private HttpProviders(
            Database database,
            ProviderSettings settings,
            SecretBox secrets,
            EventWriter events,
            MeterRegistry metrics) {
        this.database = database;
        this.addresses = settings.addresses();
        this.protocols = Protocol.all();
        this.codes = addresses.keySet().stream().sorted().toList();
        this.secrets = secrets;
        this.client = new Client(settings.providerTimeout());
        this.routing = new Routing(codes::contains, health::isWell);
        this.settlement = new ChargeSettlement(database, events, metrics, routing);
        this.metrics = metrics;
    }

    /// Empty if no provider is set.
    ///
    /// @param database binds each connection to the tenant in scope, as the worker's login
    /// @param secrets opens the credentials of tenants
    public static Optional<HttpProviders> over(
            Database database,
            ProviderSettings settings,
            SecretBox secrets,
            EventWriter events,
            MeterRegistry metrics) {
        return settings.providerUrls().isEmpty()
                ? Optional.empty()
                : Optional.of(new HttpProviders(database, settings, secrets, events, metrics));
    }

    @Override
    public Due run(TenantKey tenant) {
        var waiting = database.read(on -> on.get(ChargeMapper.class).chargeable(tenant));
        claim(tenant, waiting);
        database.writeAlone(on -> on.get(ChargeMapper.class).claimRefunds(tenant, codes));
        var due = database.writeAlone(on -> on.get(ChargeMapper.class).due(tenant, codes));
        sideBySide(due.stream()
                .<Callable<Void>>map(request -> () -> {
                    follow(tenant, request);
                    return null;
                })
                .toList());
        return waiting.size() == MOST_AT_ONCE || due.size() == MOST_AT_ONCE
                ? Due.AT_ONCE
                : Due.at(database.read(on -> on.get(ChargeMapper.class).nextTry(tenant, codes)));
    }

    /// Each bound to the tenant that is in scope here. The first failure is thrown when all have ended.
    private static void sideBySide(List<Callable<Void>> parts) {
        var free = new Semaphore(AT_ONCE);
        var failures = new ArrayList<RuntimeException>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = parts.stream()
                    .map(part -> threads.submit(Tenant.wrap(() -> {
                        free.acquire();
                        try {
                            return part.call();
                        } finally {
                            free.release();
                        }
                    })))
                    .toList();
            for (Future<Void> one : running) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    failures.add(
                            e.getCause() instanceof RuntimeException known
                                    ? known
                                    : new IllegalStateException(e.getCause()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    // --- orders --------------------------------------------------------------------------------------------------

    private void claim(TenantKey tenant, List<Chargeable> waiting) {
        if (waiting.isEmpty()) {
            return;
        }
        var ids = waiting.stream().map(Chargeable::orderId).toList();
        var routes = database.read(on -> on.get(ChargeMapper.class).routes(tenant, ids)).stream()
                .collect(Collectors.groupingBy(Route::orderId));
        for (var order : waiting) {
            switch (routing.choose(order.amountMinor(), routes.getOrDefault(order.orderId(), List.of()))) {
                case Routing.Refused refused -> postpone(tenant, order, refused.reason());
                case Routing.Taken taken -> claim(tenant, order, taken.route());
            }
        }
    }

    private void claim(TenantKey tenant, Chargeable order, Route route) {
        try {
            database.writeAlone(on -> on.get(ChargeMapper.class)
                    .claim(
                            tenant,
                            order.orderId(),
                            UUID.randomUUID(),
                            order.walletId(),
                            route.provider(),
                            route.credentialId(),
                            route.token()));
        } catch (StatementFailure refused) {
            if (!refused.sqlState().equals(CHECK_VIOLATION)) {
                throw refused;
            }
            postpone(tenant, order, refused.constraint().orElse("a_control"));
        }
    }

    private void postpone(TenantKey tenant, Chargeable order, String reason) {
        database.writeAlone(on ->
                on.get(ExecutionMapper.class).postpone(tenant, List.of(order.orderId()), reason, LATER.toSeconds()));
    }

    // --- requests ------------------------------------------------------------------------------------------------

    private void follow(TenantKey tenant, DueRequest request) {
        var secret = secret(tenant, request);
        if (secret.isEmpty()) {
            settlement.withoutCredential(tenant, request);
            return;
        }
        var protocol = protocols.get(request.provider());
        var order = order(tenant, request);
        var found = ask(request, protocol.lookup(order, secret.get()), answer -> protocol.lookedUp(order, answer));
        if (request.status().equals("needs_review")) {
            settlement.decided(tenant, request, found);
        } else if (found instanceof PaymentOutcome.Absent) {
            submit(tenant, request, protocol, order, secret.get());
        } else {
            note(tenant, request, request.status(), found);
        }
    }

    private void submit(TenantKey tenant, DueRequest request, Protocol protocol, Protocol.Order order, String secret) {
        if (age(request).compareTo(RESUBMIT) > 0 || !settlement.send(tenant, request)) {
            note(tenant, request, request.status(), new PaymentOutcome.Unknown("not_found"));
            return;
        }
        var outcome = ask(request, protocol.submission(order, secret), answer -> protocol.submitted(order, answer));
        note(tenant, request, "sent", outcome);
    }

    /// The order of a request: at each try the same, from the same row.
    private static Protocol.Order order(TenantKey tenant, DueRequest request) {
        return new Protocol.Order(
                request.orderId(),
                Optional.ofNullable(request.refundId()),
                request.attemptNumber(),
                tenant.livemode(),
                request.idempotencyKey(),
                request.instrument(),
                request.currency(),
                request.amountMinor());
    }

    /// Empty if it is revoked, sealed under another key, or of another mode: test and live never meet.
    private Optional<String> secret(TenantKey tenant, DueRequest request) {
        return Optional.of(request)
                .filter(DueRequest::credentialActive)
                .flatMap(one -> secrets.open(
                        "provider_credential",
                        tenant,
                        one.credentialId(),
                        new SecretBox.Sealed(one.keyId(), one.nonce(), one.ciphertext())))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .filter(secret -> protocols.get(request.provider()).isFor(tenant.livemode(), secret));
    }

    @FunctionalInterface
    private interface Meaning {
        PaymentOutcome of(Answer answer);
    }

    private PaymentOutcome ask(DueRequest request, Call call, Meaning meaning) {
        PaymentOutcome outcome;
        try {
            outcome = meaning.of(client.send(addresses.get(request.provider()), call));
        } catch (Client.NoAnswer e) {
            outcome = new PaymentOutcome.Unknown(e.getMessage());
        }
        health.note(request.provider(), outcome instanceof PaymentOutcome.Unknown);
        metrics.counter(
                        "hedgerow.provider.answers",
                        "provider",
                        request.provider(),
                        "outcome",
                        outcome.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT))
                .increment();
        return outcome;
    }

    private void note(TenantKey tenant, DueRequest request, String from, PaymentOutcome outcome) {
        switch (outcome) {
            case PaymentOutcome.Paid paid -> settlement.paid(tenant, request, from, paid);
            case PaymentOutcome.Declined declined -> settlement.declined(tenant, request, from, declined);
            case PaymentOutcome.Pending pending ->
                settlement.wait(tenant, request, from, "pending", pending.externalId(), null, pause(request));
            case PaymentOutcome.Busy busy ->
                settlement.wait(tenant, request, from, from, null, "provider_busy", shorter(busy.pause()));
            case PaymentOutcome.Refused refused -> unknown(tenant, request, from, refused.code());
            case PaymentOutcome.Unknown unknown -> unknown(tenant, request, from, unknown.code());
            case PaymentOutcome.Absent _ ->
                throw new IllegalStateException("an answer to a submission is never absent");
        }
    }

    /// Records an unknown outcome. An unsent request stays unsent; only whether the provider already
    /// knows it is unknown.
    private void unknown(TenantKey tenant, DueRequest request, String from, String code) {
        if (from.equals("succeeded")) {
            settlement.wait(tenant, request, from, from, null, null, LONGEST_PAUSE);
        } else if (age(request).compareTo(GIVE_UP) > 0) {
            settlement.review(tenant, request, from, "no_answer", null);
        } else {
            var status = from.equals(PREPARED) ? PREPARED : from.equals("pending") ? "pending" : "unknown";
            Log.write(
                    Level.WARNING,
                    "provider gave no outcome",
                    Map.of("provider", request.provider(), "reason", code, "request", request.id()));
            settlement.wait(tenant, request, from, status, null, code, pause(request));
        }
    }

    private static Duration age(DueRequest request) {
        return Duration.ofMillis((long) (1e3 * request.ageSeconds()));
    }

    /// A tenth of its age, so that it is asked often at first.
    private static Duration pause(DueRequest request) {
        var tenth = age(request).dividedBy(10);
        return shorter(tenth.compareTo(Duration.ofSeconds(2)) < 0 ? Duration.ofSeconds(2) : tenth);
    }

    private static Duration shorter(Duration wait) {
        return wait.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait;
    }
}
