package hedgerow.server.provider;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The protocol of an HTTP provider: the requests that it understands, and the meaning of its answers. Nothing here
/// sends or keeps anything, and the same request is made anew, byte for byte, from the same row.
///
/// Each provider is a package of its own, which `META-INF/services` names.
public interface Protocol {

    /// The code of the provider in `app.provider`.
    String code();

    /// Whether a secret is for this mode, as far as can be seen from it.
    boolean isFor(boolean livemode, String secret);

    /// Charges, or gives back. The idempotency key is that of the order.
    Call submission(Order order, String secret);

    /// Looks up what became of the order, by its own id and nothing that only the provider knows.
    Call lookup(Order order, String secret);

    /// The meaning of the answer to a submission.
    PaymentOutcome submitted(Order order, Answer answer);

    /// The meaning of the answer to a look-up; [PaymentOutcome.Absent] if the provider knows of nothing.
    PaymentOutcome lookedUp(Order order, Answer answer);

    /// Reads a webhook; empty if the secret did not sign it, or it is too old, of the other mode, or about nothing.
    Optional<Notice> verify(byte[] body, UnaryOperator<String> headers, String secret, boolean livemode, Instant now);

    /// All that there are, by code.
    static Map<String, Protocol> all() {
        return ServiceLoader.load(Protocol.class).stream()
                .map(ServiceLoader.Provider::get)
                .collect(Collectors.toUnmodifiableMap(Protocol::code, protocol -> protocol));
    }

    /// The charge or refund that a provider is asked to make.
    ///
    /// @param refund empty: a charge
    /// @param number of the attempt
    /// @param instrument the token that is charged; of a refund, the charge that it gives back
    record Order(
            UUID payment,
            Optional<UUID> refund,
            int number,
            boolean livemode,
            String idempotencyKey,
            String instrument,
            String currency,
            long amountMinor) {}

    /// The subject of a webhook: a hint to look, never a fact.
    ///
    /// @param payment the payment order that it names, if it names one
    /// @param payload as JSON
    record Notice(String id, String type, Optional<UUID> payment, String payload) {}
}
