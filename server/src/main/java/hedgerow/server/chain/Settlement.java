package hedgerow.server.chain;

import hedgerow.mappers.Database;
import hedgerow.mappers.Json;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.payment.PaymentOrderMapper;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.mappers.work.OpenNonce;
import hedgerow.server.http.EventWriter;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// Ends payments that a chain has decided: nonce, attempt, order, books, log and event in one transaction, which
/// begins with the move of the nonce. Whoever comes second moves nothing. Payments that succeeded share one.
final class Settlement {

    private static final int MOST_ATTEMPTS = 3;
    private static final double PAUSE_SECONDS = 30;
    private static final String MINED = "mined";
    private static final String REVIEWED = "needs_review";
    private static final String REFUSED = "23"; // the class of violated constraints
    static final String USED_ELSEWHERE = "nonce_used_elsewhere";
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Database database;
    private final EventWriter events;
    private final Wallets wallets;
    private final MeterRegistry metrics;

    Settlement(Database database, EventWriter events, Wallets wallets, MeterRegistry metrics) {
        this.database = database;
        this.events = events;
        this.wallets = wallets;
        this.metrics = metrics;
    }

    /// The decision of a chain about a nonce.
    ///
    /// @param canceled whether our own cancellation was mined
    record Fact(OpenNonce nonce, Receipt receipt, boolean canceled) {}

    /// Settles nonces: those that have paid in one transaction, each of the others in its own.
    void settle(TenantKey tenant, List<Fact> facts) {
        var paid = new ArrayList<Moved>();
        facts.forEach(fact -> payment(fact).ifPresentOrElse(paid::add, () -> end(tenant, fact)));
        if (!paid.isEmpty()) {
            pay(tenant, paid);
        }
    }

    /// The payment, if the nonce has paid. A token that reports success has paid if its log shows the transfer, to
    /// the unit.
    private static Optional<Moved> payment(Fact fact) {
        var nonce = fact.nonce();
        var receipt = fact.receipt();
        if (fact.canceled() || !receipt.succeeded()) {
            return Optional.empty();
        } else if (nonce.contract() == null) {
            return Optional.of(new Moved(nonce, receipt, nonce.amount()));
        }
        return receipt.sent(nonce.contract(), nonce.walletAddress(), nonce.recipient())
                        .equals(nonce.amount())
                ? Optional.of(new Moved(nonce, receipt, receipt.sent(nonce.contract(), nonce.walletAddress())))
                : Optional.empty();
    }

    /// Ends a nonce that has not paid.
    private void end(TenantKey tenant, Fact fact) {
        var nonce = fact.nonce();
        var receipt = fact.receipt();
        if (fact.canceled()) {
            ended(tenant, nonce, receipt, "void", Ending.CANCELED);
        } else if (!receipt.succeeded()) {
            ended(tenant, nonce, receipt, "reverted", Ending.retried(nonce, "reverted"));
        } else {
            var left = receipt.sent(nonce.contract(), nonce.walletAddress());
            if (left.signum() == 0) {
                ended(tenant, nonce, receipt, "reverted", Ending.failed("token_moved_nothing"));
            } else {
                anotherAmount(tenant, new Moved(nonce, receipt, left));
            }
        }
    }

    // --- what a chain has decided --------------------------------------------------------------------------------

    /// Ends what has paid. If a row is refused, each payment is settled by itself, so that one does not hold up the
    /// others: a person decides about that one.
    private void pay(TenantKey tenant, List<Moved> paid) {
        try {
            payTogether(tenant, paid);
        } catch (StatementFailure refused) {
            if (!refused.sqlState().startsWith(REFUSED)) {
                throw refused;
            } else if (paid.size() == 1) {
                notSettled(tenant, paid.getFirst(), refused);
            } else {
                paid.forEach(one -> pay(tenant, List.of(one)));
            }
        }
    }

    private void payTogether(TenantKey tenant, List<Moved> paid) {
        var payments = MAPPER.createArrayNode();
        paid.forEach(one -> payments.addObject()
                .put("id", one.nonce().id().toString())
                .put("hash", one.receipt().hash())
                .put("fee", one.receipt().fee()));
        var count = database.write(on -> {
            var orders = on.get(ExecutionMapper.class).pay(tenant, new Json(payments.toString()));
            if (orders.contains(null)) {
                throw StatementFailure.refusal("an order that was paid is not under way");
            }
            var ids = orders.stream().map(PaymentOrder::id).collect(Collectors.toSet());
            var own = paid.stream()
                    .filter(one -> ids.contains(one.nonce().orderId()))
                    .toList();
            if (!own.isEmpty()) {
                Postings.post(on, tenant, own);
                record(on, tenant, own);
                on.last(ExecutionMapper.class).addEvents(tenant, events.events("payment_order", "succeeded", orders));
            }
            return own.size();
        });
        metrics.counter("hedgerow.chain.payments", "outcome", "confirmed").increment(count);
    }

    private void ended(TenantKey tenant, OpenNonce nonce, Receipt receipt, String status, Ending ending) {
        transaction(tenant, nonce, MINED, status, null, receipt.fee(), on -> {
            fail(on, tenant, nonce, ending);
            Postings.post(on, tenant, List.of(new Moved(nonce, receipt, BigInteger.ZERO)));
        });
    }

    private void anotherAmount(TenantKey tenant, Moved moved) {
        var fee = moved.receipt().fee();
        transaction(tenant, moved.nonce(), MINED, REVIEWED, "another_amount_moved", fee, on -> {
            Postings.post(on, tenant, List.of(moved));
            record(on, tenant, List.of(moved));
            review(on, tenant, moved.nonce());
        });
    }

    /// Puts a payment that the database does not settle for people to decide: it is in the books, for it has left.
    ///
    /// @throws StatementFailure if it is settled already: nothing of it may be refused then
    private void notSettled(TenantKey tenant, Moved moved, StatementFailure refused) {
        var fee = moved.receipt().fee();
        var first = transaction(tenant, moved.nonce(), MINED, REVIEWED, "not_settled", fee, on -> {
            Postings.post(on, tenant, List.of(moved));
            review(on, tenant, moved.nonce());
        });
        if (!first) {
            throw refused;
        }
    }

    /// Puts a nonce that somebody else used up for people to decide, and freezes its wallet.
    void usedElsewhere(TenantKey tenant, OpenNonce nonce) {
        transaction(tenant, nonce, "signed", REVIEWED, USED_ELSEWHERE, null, on -> {
            review(on, tenant, nonce);
            wallets.freeze(on, tenant, nonce.walletId());
        });
    }

    /// Records that people must decide: the order stays under way until then.
    private void review(Mappers on, TenantKey tenant, OpenNonce nonce) {
        on.get(PaymentOrderMapper.class)
                .find(tenant, nonce.orderId())
                .ifPresent(order -> event(on, tenant, REVIEWED, order));
    }

    /// Ends a payment whose nonce somebody else used, as a person has confirmed.
    void voided(TenantKey tenant, OpenNonce nonce) {
        transaction(
                tenant,
                nonce,
                REVIEWED,
                "void",
                null,
                null,
                on -> fail(on, tenant, nonce, Ending.failed(USED_ELSEWHERE)));
    }

    /// Ends a payment that our own transaction made otherwise than it should, and which a person has rejected.
    void rejected(TenantKey tenant, OpenNonce nonce) {
        transaction(
                tenant,
                nonce,
                REVIEWED,
                "reverted",
                null,
                null,
                on -> fail(on, tenant, nonce, Ending.failed(nonce.reviewReason())));
    }

    /// Ends a payment that a person has accepted: by the amount that moved, which is in the books, or by a
    /// transaction that is not recorded here.
    void accepted(TenantKey tenant, OpenNonce nonce) {
        transaction(tenant, nonce, REVIEWED, "confirmed", null, null, on -> {
            accept(on, tenant, nonce);
            if (USED_ELSEWHERE.equals(nonce.reviewReason())) {
                Postings.postAccepted(on, tenant, nonce);
            }
        });
    }

    // --- its parts -----------------------------------------------------------------------------------------------

    @FunctionalInterface
    private interface Effect {
        void on(Mappers on);
    }

    /// Moves a nonce on, with what follows from it; whether it was in that state.
    private boolean transaction(
            TenantKey tenant,
            OpenNonce nonce,
            String from,
            String status,
            String reason,
            BigInteger fee,
            Effect effect) {
        var moved = database.write(on -> {
            var first = on.get(ExecutionMapper.class).settle(tenant, nonce.id(), from, status, reason, fee) == 1;
            if (first) {
                effect.on(on);
            }
            return first;
        });
        if (moved) {
            metrics.counter("hedgerow.chain.payments", "outcome", status).increment();
        }
        return moved;
    }

    private void accept(Mappers on, TenantKey tenant, OpenNonce nonce) {
        var execution = on.get(ExecutionMapper.class);
        execution.endAttempt(tenant, nonce.attemptId(), "succeeded", null, null, null);
        execution
                .endOrder(tenant, nonce.orderId(), "succeeded")
                .ifPresent(order -> event(on, tenant, "succeeded", order));
        execution.log(tenant, nonce.orderId(), "decision", "Paid on the chain, with nonce " + nonce.nonce() + ".");
    }

    /// The end of a payment.
    ///
    /// @param order the status that the order gets
    private record Ending(String error, String order) {

        static final Ending CANCELED = new Ending("canceled", "canceled");

        static Ending failed(String error) {
            return new Ending(error, "failed");
        }

        static Ending retried(OpenNonce nonce, String error) {
            return new Ending(error, nonce.attemptNumber() < MOST_ATTEMPTS ? "requires_execution" : "failed");
        }
    }

    private void fail(Mappers on, TenantKey tenant, OpenNonce nonce, Ending ending) {
        var execution = on.get(ExecutionMapper.class);
        execution.endAttempt(
                tenant,
                nonce.attemptId(),
                "failed",
                null,
                ending.error(),
                "Nonce %d of %s did not pay.".formatted(nonce.nonce(), nonce.walletAddress()));
        var order = execution.endOrder(tenant, nonce.orderId(), ending.order());
        if (ending.order().equals("requires_execution")) {
            execution.postpone(tenant, List.of(nonce.orderId()), "payment_" + ending.error(), PAUSE_SECONDS);
        } else {
            order.ifPresent(row -> event(on, tenant, ending.order(), row));
        }
        execution.log(
                tenant,
                nonce.orderId(),
                "error",
                "Not paid with nonce %d: %s."
                        .formatted(nonce.nonce(), ending.error().replace('_', ' ')));
    }

    private void event(Mappers on, TenantKey tenant, String what, PaymentOrder order) {
        on.get(OutboxEventMapper.class).add(tenant, events.event("payment_order", what, order));
    }

    private static void record(Mappers on, TenantKey tenant, List<Moved> all) {
        var movements = MAPPER.createArrayNode();
        all.forEach(one -> movements
                .addObject()
                .put("id", one.nonce().attemptId().toString())
                .put("external_id", one.nonce().chain() + "/" + one.receipt().hash())
                .put("amount", one.left())
                .put("hash", one.receipt().hash())
                .put("block", one.receipt().block()));
        on.last(ExecutionMapper.class).record(tenant, new Json(movements.toString()));
    }
}
