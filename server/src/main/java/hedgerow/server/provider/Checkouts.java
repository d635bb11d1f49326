package hedgerow.server.provider;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks the providers that are set to host the page on which a stranger enters a card.
public final class Checkouts {

    /// A person waits for the answer.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, Checkout> checkouts = Checkout.all();
    private final Map<String, Protocol> protocols = Protocol.all();
    private final Map<String, URI> addresses;
    private final Client client;

    public Checkouts(ProviderSettings settings) {
        this.addresses = settings.addresses();
        this.client =
                new Client(settings.providerTimeout().compareTo(PATIENCE) < 0 ? settings.providerTimeout() : PATIENCE);
    }

    /// The providers that can be asked.
    public List<String> codes() {
        return checkouts.keySet().stream()
                .filter(addresses::containsKey)
                .sorted()
                .toList();
    }

    /// Whether a secret is for this provider and this mode.
    public boolean isFor(String code, boolean livemode, String secret) {
        return protocols.get(code).isFor(livemode, secret);
    }

    /// Opens a session; empty if the provider opened none.
    public Optional<Checkout.Opened> open(String code, Checkout.Wanted wanted, String secret) {
        var checkout = checkouts.get(code);
        try {
            return checkout.opened(client.send(addresses.get(code), checkout.opening(wanted, secret)));
        } catch (Client.NoAnswer e) {
            return Optional.empty();
        }
    }

    /// Looks a session up.
    public Checkout.State state(String code, String session, String secret) {
        var checkout = checkouts.get(code);
        try {
            return checkout.state(client.send(addresses.get(code), checkout.lookup(session, secret)));
        } catch (Client.NoAnswer e) {
            return new Checkout.Unclear();
        }
    }
}
