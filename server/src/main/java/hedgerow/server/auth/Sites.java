package hedgerow.server.auth;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// The origins whose pages may ask a person to sign in with a wallet.
final class Sites {

    private final List<URI> origins;

    Sites(List<URI> configured) {
        origins = new CopyOnWriteArrayList<>(configured);
    }

    void allow(URI origin) {
        origins.add(origin);
    }

    /// The site of an authority, such as `app.example:8443`.
    Optional<URI> find(String domain) {
        return origins.stream()
                .filter(site -> site.getRawAuthority().equals(domain))
                .findFirst();
    }

    /// The site of a request that names none.
    Optional<URI> first() {
        return origins.stream().findFirst();
    }
}
