package hedgerow.server.provider;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.stream.Collectors;

/// A way to have a provider host the page on which a stranger enters a card. The provider keeps the
/// card and charges nothing; the worker charges it afterwards like any other payment method. No card
/// number reaches Hedgerow.
///
/// Implementations are found as those of [Protocol] are.
public interface Checkout {

    /// Stands for the id of the session in the address that the payer returns to.
    String SESSION = "{CHECKOUT_SESSION_ID}";

    /// The code of the provider in `app.provider`.
    String code();

    /// Opens a session for the card of one order; under the idempotency key of the order, the same one each time.
    Call opening(Wanted wanted, String secret);

    /// Reads the answer to it; empty if no session was opened.
    Optional<Opened> opened(Answer answer);

    /// Looks a session up.
    Call lookup(String session, String secret);

    /// Reads the answer to a look-up.
    State state(Answer answer);

    /// All that there are, by code.
    static Map<String, Checkout> all() {
        return ServiceLoader.load(Checkout.class).stream()
                .map(ServiceLoader.Provider::get)
                .collect(Collectors.toUnmodifiableMap(Checkout::code, checkout -> checkout));
    }

    /// The purpose of a session. The provider keeps it with the session, and returns it unchanged.
    record Purpose(UUID order, UUID link, String currency, long amountMinor) {}

    /// A session to open.
    ///
    /// @param text tells the payer what will be paid to whom
    /// @param back the address that the payer returns to, with [#SESSION] in it
    /// @param without the address for a payer who gives up
    record Wanted(Purpose purpose, String text, String back, String without) {}

    /// A session, and the page of the provider.
    record Opened(String session, URI page) {}

    /// The state of a session.
    sealed interface State {}

    /// The payer has not entered a card yet.
    record Open(URI page) implements State {}

    /// The payer has entered a card.
    ///
    /// @param instrument what the provider charges
    /// @param name of the payer, if the provider reports it; so the following
    record Complete(
            Purpose purpose,
            String instrument,
            int expiresMonth,
            int expiresYear,
            Optional<String> name,
            Optional<String> country,
            Optional<String> brand,
            Optional<String> last4)
            implements State {}

    /// It has expired: nobody can enter a card any more.
    record Over() implements State {}

    /// The provider does not know it.
    record Absent() implements State {}

    /// The provider gave no usable answer.
    record Unclear() implements State {}
}
