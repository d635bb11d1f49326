package hedgerow.server.provider;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.Row;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentOrderMapper;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.ChargeMapper;
import hedgerow.mappers.work.DueRequest;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.server.http.EventWriter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Ends what a provider or a person has decided: request, attempt, order or refund, books, log and event in one
/// transaction, which begins with the move of the request. Whoever comes second moves nothing.
final class ChargeSettlement {

    private static final int MOST_ATTEMPTS = 3;
    private static final double RETRY_SECONDS = 1;
    private static final Duration SOON = Duration.ofMinutes(5);
    private static final String SUCCEEDED = "succeeded";
    private static final String FAILED = "failed";
    private static final String UNKNOWN = "unknown";
    private static final String PREPARED = "prepared";
    private static final String REVIEWED = "needs_review";

    private final Database database;
    private final EventWriter events;
    private final MeterRegistry metrics;
    private final Routing routing;

    ChargeSettlement(Database database, EventWriter events, MeterRegistry metrics, Routing routing) {
        this.database = database;
        this.events = events;
        this.metrics = metrics;
        this.routing = routing;
    }

    // --- what is not the end -------------------------------------------------------------------------------------

    /// Notes that the request is being sent, before it is; false if somebody has ended it.
    boolean send(TenantKey tenant, DueRequest request) {
        return database.writeAlone(on -> on.get(ChargeMapper.class).send(tenant, request.id())) == 1;
    }

    void wait(
            TenantKey tenant,
            DueRequest request,
            String from,
            String status,
            String externalId,
            String error,
            Duration pause) {
        database.write(on -> {
            var charges = on.get(ChargeMapper.class);
            var seen = from.equals(PREPARED) && !status.equals(PREPARED) ? sent(on, tenant, request) : from;
            var moved = charges.note(tenant, request.id(), seen, status, externalId, error, pause.toMillis() / 1e3);
            if (moved == 1 && request.attemptId() != null && !status.equals(from)) {
                charges.moveAttempt(tenant, request.attemptId(), status.equals(UNKNOWN) ? UNKNOWN : "submitted", null);
            }
            return moved;
        });
    }

    /// The provider knows of a request that this database did not send: it is older than the provider.
    private static String sent(Mappers on, TenantKey tenant, DueRequest request) {
        on.get(ChargeMapper.class).send(tenant, request.id());
        return "sent";
    }

    /// Has people decide: the order or the refund stays under way until then.
    void review(TenantKey tenant, DueRequest request, String from, String reason, String externalId) {
        database.write(on -> {
            var charges = on.get(ChargeMapper.class);
            var moved = charges.review(tenant, request.id(), from, reason, externalId);
            if (moved == 1) {
                if (request.attemptId() != null) {
                    charges.moveAttempt(tenant, request.attemptId(), UNKNOWN, null);
                }
                report(on, tenant, request, REVIEWED);
            }
            return moved;
        });
    }

    /// Nothing can be sent or looked up. What was never sent goes back and is charged otherwise.
    void withoutCredential(TenantKey tenant, DueRequest request) {
        if (request.status().equals(SUCCEEDED)) {
            wait(tenant, request, SUCCEEDED, SUCCEEDED, null, null, Duration.ofHours(1));
        } else if (request.status().equals(REVIEWED)) {
            decided(tenant, request, new PaymentOutcome.Unknown("credential_gone"));
        } else if (request.status().equals(PREPARED) && request.firstSentAt() == null) {
            end(tenant, request, PREPARED, new End(FAILED, null, "credential_gone", null), on -> {
                failed(on, tenant, request, "credential_gone", Next.SAME);
            });
        } else {
            review(tenant, request, request.status(), "credential_gone", null);
        }
    }

    // --- what a provider has decided -----------------------------------------------------------------------------

    void paid(TenantKey tenant, DueRequest request, String from, PaymentOutcome.Paid paid) {
        if (from.equals(SUCCEEDED)) {
            database.writeAlone(on -> on.get(ChargeMapper.class)
                    .end(tenant, request.id(), SUCCEEDED, SUCCEEDED, paid.externalId(), null, null));
        } else if (!isWhatWasAsked(request, paid)) {
            review(tenant, request, from, "another_amount_moved", paid.externalId());
        } else {
            var fee = paid.feeMinor().filter(minor -> minor > 0).orElse(null);
            end(tenant, request, from, new End(SUCCEEDED, paid.externalId(), null, fee), on -> {
                record(on, tenant, request, paid.externalId());
                succeeded(on, tenant, request, request.amountMinor(), fee);
            });
        }
    }

    /// Records a refusal. A refund may have been recorded as successful before.
    void declined(TenantKey tenant, DueRequest request, String from, PaymentOutcome.Declined declined) {
        var externalId = declined.externalId().orElse(null);
        var end = new End(FAILED, externalId, declined.code(), null);
        if (from.equals(SUCCEEDED)) {
            end(tenant, request, from, end, on -> reversed(on, tenant, request, declined.code()));
        } else {
            end(tenant, request, from, end, on -> failed(on, tenant, request, declined.code(), Next.OTHER));
        }
    }

    private static boolean isWhatWasAsked(DueRequest request, PaymentOutcome.Paid paid) {
        return paid.amountMinor() == request.amountMinor() && paid.currency().equals(request.currency());
    }

    // --- what a person has decided -------------------------------------------------------------------------------

    /// Carries out the decision of a person, unless the provider contradicts it: the request then stays in review.
    ///
    /// @param found the provider's present answer
    void decided(TenantKey tenant, DueRequest request, PaymentOutcome found) {
        var isPaid = "paid".equals(request.asked());
        var contradicted = isPaid && found instanceof PaymentOutcome.Declined
                || !isPaid && found instanceof PaymentOutcome.Paid paid && isWhatWasAsked(request, paid);
        if (request.asked() == null || contradicted) {
            wait(tenant, request, REVIEWED, REVIEWED, null, contradicted ? "provider_disagrees" : null, SOON);
        } else if (isPaid) {
            var seen = Optional.of(found)
                    .filter(PaymentOutcome.Paid.class::isInstance)
                    .map(PaymentOutcome.Paid.class::cast);
            var externalId = seen.map(PaymentOutcome.Paid::externalId).orElse(request.externalId());
            var moved = seen.filter(one -> one.currency().equals(request.currency()))
                    .map(PaymentOutcome.Paid::amountMinor)
                    .orElse(request.amountMinor());
            end(
                    tenant,
                    request,
                    REVIEWED,
                    new End(SUCCEEDED, externalId, null, null),
                    on -> succeeded(on, tenant, request, moved, null));
        } else {
            end(
                    tenant,
                    request,
                    REVIEWED,
                    new End(FAILED, null, "not_paid", null),
                    on -> failed(on, tenant, request, "not_paid", Next.NONE));
        }
    }

    // --- its parts -----------------------------------------------------------------------------------------------

    private record End(String status, String externalId, String error, Long fee) {}

    @FunctionalInterface
    private interface Effect {
        void on(Mappers on);
    }

    private void end(TenantKey tenant, DueRequest request, String from, End end, Effect effect) {
        var moved = database.write(on -> {
            var seen = from.equals(PREPARED) && end.externalId() != null ? sent(on, tenant, request) : from;
            var first = on.get(ChargeMapper.class)
                            .end(tenant, request.id(), seen, end.status(), end.externalId(), end.error(), end.fee())
                    == 1;
            if (first) {
                effect.on(on);
            }
            return first;
        });
        if (moved) {
            metrics.counter(
                            "hedgerow.provider.requests",
                            "provider",
                            request.provider(),
                            "kind",
                            request.kind(),
                            "outcome",
                            end.status())
                    .increment();
        }
    }

    /// Records a success.
    ///
    /// @param moved in minor units
    /// @param fee null if it is not known
    private void succeeded(Mappers on, TenantKey tenant, DueRequest request, long moved, Long fee) {
        var books = new ChargeBooks(on, tenant, request);
        if (request.refundId() != null) {
            books.refund(moved);
            endRefund(on, tenant, request, "processing", SUCCEEDED, null);
            return;
        }
        var execution = on.get(ExecutionMapper.class);
        on.get(ChargeMapper.class).moveAttempt(tenant, request.attemptId(), SUCCEEDED, null);
        execution
                .endOrder(tenant, request.orderId(), SUCCEEDED)
                .ifPresent(order -> event(on, tenant, "payment_order", SUCCEEDED, order));
        execution.log(tenant, request.orderId(), "decision", "Charged by %s.".formatted(request.provider()));
        books.payment(moved);
        if (fee != null) {
            books.fee(fee);
        }
    }

    /// By what an order may be charged after an attempt that failed.
    private enum Next {
        SAME,
        OTHER,
        NONE
    }

    private void failed(Mappers on, TenantKey tenant, DueRequest request, String code, Next next) {
        if (request.refundId() != null) {
            endRefund(on, tenant, request, "processing", FAILED, code);
            return;
        }
        var execution = on.get(ExecutionMapper.class);
        on.get(ChargeMapper.class).moveAttempt(tenant, request.attemptId(), FAILED, code);
        var status = isOpen(on, tenant, request, next) ? "requires_execution" : FAILED;
        var order = execution.endOrder(tenant, request.orderId(), status);
        if (status.equals(FAILED)) {
            order.ifPresent(row -> event(on, tenant, "payment_order", FAILED, row));
        } else {
            execution.postpone(tenant, List.of(request.orderId()), code, RETRY_SECONDS);
        }
        execution.log(
                tenant,
                request.orderId(),
                "error",
                "Not charged by %s: %s.".formatted(request.provider(), code.replace('_', ' ')));
    }

    private boolean isOpen(Mappers on, TenantKey tenant, DueRequest request, Next next) {
        return request.attemptNumber() < MOST_ATTEMPTS
                && switch (next) {
                    case SAME -> true;
                    case OTHER ->
                        routing.isPossible(
                                request.amountMinor(),
                                on.get(ChargeMapper.class).routes(tenant, List.of(request.orderId())));
                    case NONE -> false;
                };
    }

    private void reversed(Mappers on, TenantKey tenant, DueRequest request, String code) {
        on.get(ChargeMapper.class).confirmRecord(tenant, request.id(), "confirmed", "reversed");
        new ChargeBooks(on, tenant, request).refundReversal();
        endRefund(on, tenant, request, SUCCEEDED, FAILED, code);
    }

    private void endRefund(Mappers on, TenantKey tenant, DueRequest request, String from, String status, String code) {
        on.get(ChargeMapper.class)
                .endRefund(tenant, request.refundId(), from, status, code)
                .ifPresent(row -> event(on, tenant, "refund", status, row));
    }

    private void report(Mappers on, TenantKey tenant, DueRequest request, String what) {
        if (request.refundId() != null) {
            on.get(ChargeMapper.class)
                    .refund(tenant, request.refundId())
                    .ifPresent(row -> event(on, tenant, "refund", what, row));
        } else {
            on.get(PaymentOrderMapper.class)
                    .find(tenant, request.orderId())
                    .ifPresent(row -> event(on, tenant, "payment_order", what, row));
        }
    }

    private void event(Mappers on, TenantKey tenant, String object, String what, Row row) {
        on.get(OutboxEventMapper.class).add(tenant, events.event(object, what, row));
    }

    private static void record(Mappers on, TenantKey tenant, DueRequest request, String externalId) {
        var charges = on.get(ChargeMapper.class);
        charges.record(tenant, request.id(), externalId);
        charges.confirmRecord(tenant, request.id(), "pending", "confirmed");
    }
}
