package hedgerow.server.chain;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.payment.PaymentOrderMapper;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.mappers.work.OpenNonce;
import hedgerow.server.http.EventWriter;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigInteger;
import java.util.UUID;

/// Ends a payment that a chain has decided: nonce, attempt, order, books, log and event in one transaction,
/// which begins with the move of the nonce. Whoever comes second moves nothing.
final class Settlement {

    private static final int MOST_ATTEMPTS = 3;
    private static final double PAUSE_SECONDS = 30;
    private static final String MINED = "mined";
    private static final String REVIEWED = "needs_review";

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

    /// Settles a nonce.
    ///
    /// @param canceled whether our own cancellation was mined
    void settle(TenantKey tenant, OpenNonce nonce, Receipt receipt, boolean canceled) {
        if (canceled) {
            ended(tenant, nonce, receipt, "void", Ending.CANCELED);
        } else if (!receipt.succeeded()) {
            ended(tenant, nonce, receipt, "reverted", Ending.retried(nonce, "reverted"));
        } else if (nonce.contract() == null) {
            paid(tenant, nonce, receipt, nonce.amount());
        } else {
            settleToken(tenant, nonce, receipt);
        }
    }

    /// Settles a token payment. A token that reports success has paid if its log shows the transfer, to the
    /// unit.
    private void settleToken(TenantKey tenant, OpenNonce nonce, Receipt receipt) {
        var left = receipt.sent(nonce.contract(), nonce.walletAddress());
        var arrived = receipt.sent(nonce.contract(), nonce.walletAddress(), nonce.recipient());
        if (arrived.equals(nonce.amount())) {
            paid(tenant, nonce, receipt, left);
        } else if (left.signum() == 0) {
            ended(tenant, nonce, receipt, "reverted", Ending.failed("token_moved_nothing"));
        } else {
            anotherAmount(tenant, nonce, new Moved(receipt, left));
        }
    }

    // --- what a chain has decided --------------------------------------------------------------------------------

    /// A transfer that was mined.
    ///
    /// @param left the amount of the asset that left the wallet
    private record Moved(Receipt receipt, BigInteger left) {}

    private void paid(TenantKey tenant, OpenNonce nonce, Receipt receipt, BigInteger left) {
        transaction(tenant, nonce, MINED, "confirmed", null, receipt.fee(), on -> {
            var moved = new Moved(receipt, left);
            succeed(on, tenant, nonce, receipt.hash());
            books(on, tenant, nonce, moved);
            record(on, tenant, nonce, moved);
        });
    }

    private void ended(TenantKey tenant, OpenNonce nonce, Receipt receipt, String status, Ending ending) {
        transaction(tenant, nonce, MINED, status, null, receipt.fee(), on -> {
            fail(on, tenant, nonce, ending);
            books(on, tenant, nonce, new Moved(receipt, BigInteger.ZERO));
        });
    }

    private void anotherAmount(TenantKey tenant, OpenNonce nonce, Moved moved) {
        transaction(
                tenant,
                nonce,
                MINED,
                REVIEWED,
                "another_amount_moved",
                moved.receipt().fee(),
                on -> {
                    books(on, tenant, nonce, moved);
                    record(on, tenant, nonce, moved);
                    review(on, tenant, nonce);
                });
    }

    /// Puts a nonce that somebody else used up for people to decide, and freezes its wallet.
    void usedElsewhere(TenantKey tenant, OpenNonce nonce) {
        transaction(tenant, nonce, "signed", REVIEWED, "nonce_used_elsewhere", null, on -> {
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
                on -> fail(on, tenant, nonce, Ending.failed("nonce_used_elsewhere")));
    }

    /// Ends a payment for which another amount moved, and which a person has rejected.
    void rejected(TenantKey tenant, OpenNonce nonce) {
        transaction(
                tenant,
                nonce,
                REVIEWED,
                "reverted",
                null,
                null,
                on -> fail(on, tenant, nonce, Ending.failed("another_amount_moved")));
    }

    /// Ends a payment that a person has accepted: by the amount that moved, which is in the books, or by a
    /// transaction that is not recorded here.
    void accepted(TenantKey tenant, OpenNonce nonce) {
        transaction(tenant, nonce, REVIEWED, "confirmed", null, null, on -> {
            succeed(on, tenant, nonce, null);
            if ("nonce_used_elsewhere".equals(nonce.reviewReason())) {
                post(on, tenant, nonce, "payment", "payments", account(nonce), nonce.asset(), nonce.amount());
            }
        });
    }

    // --- its parts -----------------------------------------------------------------------------------------------

    @FunctionalInterface
    private interface Effect {
        void on(Mappers on);
    }

    private void transaction(
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
    }

    private void succeed(Mappers on, TenantKey tenant, OpenNonce nonce, String hash) {
        var execution = on.get(ExecutionMapper.class);
        execution.endAttempt(tenant, nonce.attemptId(), "succeeded", hash, null, null);
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
            execution.postpone(tenant, nonce.orderId(), "payment_" + ending.error(), PAUSE_SECONDS);
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

    private static void record(Mappers on, TenantKey tenant, OpenNonce nonce, Moved moved) {
        var execution = on.get(ExecutionMapper.class);
        var receipt = moved.receipt();
        execution.record(
                tenant,
                nonce.attemptId(),
                nonce.chain() + "/" + receipt.hash(),
                moved.left(),
                receipt.hash(),
                receipt.block());
        execution.confirmRecord(tenant, nonce.attemptId());
    }

    /// Books the amount that left the wallet, and the chain's fee.
    private static void books(Mappers on, TenantKey tenant, OpenNonce nonce, Moved moved) {
        var wallet = account(nonce);
        post(on, tenant, nonce, "payment", "payments", wallet, nonce.asset(), moved.left());
        post(
                on,
                tenant,
                nonce,
                "fee",
                "chain_fees",
                wallet,
                nonce.nativeAsset(),
                moved.receipt().fee());
    }

    private static String account(OpenNonce nonce) {
        return "wallet_" + nonce.walletAddress().substring(2);
    }

    private static void post(
            Mappers on,
            TenantKey tenant,
            OpenNonce nonce,
            String posting,
            String expense,
            String wallet,
            String unit,
            BigInteger amount) {
        if (amount.signum() > 0) {
            var execution = on.get(ExecutionMapper.class);
            var name = posting.equals("fee") ? "Fees of chains" : "Payments";
            execution.openAccount(tenant, nonce.attemptId(), expense, name, "expense", unit);
            execution.openAccount(tenant, nonce.attemptId(), wallet, "Wallet " + nonce.walletAddress(), "asset", unit);
            execution.post(tenant, nonce.attemptId(), posting, UUID.randomUUID(), expense, wallet, unit, amount);
        }
    }
}
