package hedgerow.server.work;

import hedgerow.mappers.Database;
import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.DeliveryMapper;
import hedgerow.mappers.work.DueDelivery;
import hedgerow.server.http.SecretBox;
import hedgerow.server.pay.Due;
import hedgerow.server.pay.Uptime;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import okhttp3.Headers;
import tools.jackson.databind.json.JsonMapper;

/// Sends the deliveries that are due: claims them, sends them outside of any transaction, and records all results in
/// one statement.
final class Delivery implements Job {

    /// The number of concurrent deliveries: three rounds of the longest wait end before the claim does.
    private static final int AT_ONCE_PER_ENDPOINT = 16;

    /// The time after which nothing more is claimed, so that the turn ends before it is given to another worker.
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final Duration FAILING = Duration.ofDays(5);
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Database database;
    private final SecretBox secrets;
    private final WebhookSender live;
    private final WebhookSender test;
    private final MeterRegistry metrics;

    /// A job.
    ///
    /// @param live sends live data
    /// @param test sends test data
    Delivery(Database database, SecretBox secrets, WebhookSender live, WebhookSender test, MeterRegistry metrics) {
        this.database = database;
        this.secrets = secrets;
        this.live = live;
        this.test = test;
        this.metrics = metrics;
    }

    private record Sent(DueDelivery delivery, Attempt attempt) {}

    @Override
    public Due run(TenantKey tenant) {
        var begun = Uptime.now();
        var more = true;
        while (more && !Uptime.isOver(begun, LONGEST)) {
            var due = database.writeAlone(on -> on.get(DeliveryMapper.class).claim(tenant));
            more = !due.isEmpty();
            if (more) {
                note(tenant, send(tenant, due));
            }
        }
        return Due.at(database.writeAlone(on -> on.get(DeliveryMapper.class).nextAttempt(tenant)));
    }

    private void note(TenantKey tenant, List<Sent> sent) {
        database.write(on -> {
            var deliveries = on.get(DeliveryMapper.class);
            deliveries.note(
                    tenant,
                    new Json(MAPPER.writeValueAsString(
                            sent.stream().map(this::noted).toList())));
            sent.stream()
                    .filter(one -> closes(deliveries, tenant, one))
                    .map(one -> one.delivery().endpointId())
                    .distinct()
                    .forEach(endpoint -> on.get(OutboxEventMapper.class).add(tenant, disabled(endpoint)));
            return null;
        });
    }

    private List<Sent> send(TenantKey tenant, List<DueDelivery> due) {
        var room = new HashMap<UUID, Semaphore>();
        due.forEach(one -> room.computeIfAbsent(one.endpointId(), _ -> new Semaphore(AT_ONCE_PER_ENDPOINT)));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = due.stream()
                    .map(one -> threads.submit(() -> {
                        var place = room.get(one.endpointId());
                        place.acquire();
                        try {
                            return new Sent(one, send(tenant, one));
                        } finally {
                            place.release();
                        }
                    }))
                    .toList();
            var sent = new ArrayList<Sent>();
            for (var one : running) {
                sent.add(one.get());
            }
            return sent;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Attempt send(TenantKey tenant, DueDelivery one) {
        if (!one.enabled()) {
            return Attempt.failed("endpoint_disabled");
        }
        var keys = keys(tenant, one);
        if (keys.isEmpty()) {
            return Attempt.failed("secret_unreadable");
        }
        var event = new WebhookMessage.Event(
                one.eventId().toString(),
                one.type(),
                one.createdAt().toString(),
                one.sequence(),
                tenant.livemode(),
                one.payload().text());
        var message = WebhookMessage.of(event, keys);
        return (tenant.livemode() ? live : test).send(one.url(), Headers.of(message.headers()), message.body());
    }

    private List<byte[]> keys(TenantKey tenant, DueDelivery one) {
        var sealed = new ArrayList<SecretBox.Sealed>();
        sealed.add(new SecretBox.Sealed(one.secretKeyId(), one.secretNonce(), one.secretCiphertext()));
        if (one.previousUntil() != null) {
            sealed.add(new SecretBox.Sealed(
                    one.previousSecretKeyId(), one.previousSecretNonce(), one.previousSecretCiphertext()));
        }
        return sealed.stream()
                .flatMap(secret -> secrets.open("webhook_endpoint", tenant, one.endpointId(), secret).stream())
                .toList();
    }

    private Map<String, Object> noted(Sent sent) {
        var attempt = sent.attempt();
        var pause = sent.delivery().enabled()
                ? RetrySchedule.pause(sent.delivery().attempts(), attempt.retryAfter())
                : Optional.<Duration>empty();
        var status =
                attempt.isDelivered() ? "delivered" : pause.isPresent() && !attempt.isGone() ? "failed" : "abandoned";
        metrics.counter("hedgerow.webhook.attempts", "outcome", status).increment();
        var noted = new HashMap<String, Object>();
        noted.put("id", sent.delivery().id().toString());
        noted.put("status", status);
        noted.put("response_status", attempt.status().orElse(null));
        noted.put("last_error", attempt.error().orElse(null));
        noted.put("wait_seconds", pause.map(wait -> wait.toMillis() / 1e3).orElse(0.0));
        return noted;
    }

    /// Whether this result disables the endpoint: it is gone, or has failed for five days.
    private static boolean closes(DeliveryMapper deliveries, TenantKey tenant, Sent sent) {
        var attempt = sent.attempt();
        if (attempt.isDelivered() || !sent.delivery().enabled()) {
            return false;
        }
        var seconds = attempt.isGone() ? null : FAILING.toSeconds() * 1.0;
        return deliveries.disable(tenant, sent.delivery().endpointId(), seconds) > 0;
    }

    private static OutboxEventMapper.New disabled(UUID endpoint) {
        var payload = MAPPER.createObjectNode()
                .put("object", "webhook_endpoint")
                .put("id", endpoint.toString())
                .put("status", "disabled");
        return new OutboxEventMapper.New(
                "webhook_endpoint.disabled", "webhook_endpoint", endpoint, new Json(payload.toString()));
    }
}
