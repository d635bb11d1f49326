package hedgerow.server.provider;

import java.util.Map;
import java.util.Optional;

/// An HTTP request to a provider. It does not print itself: its headers hold a secret.
///
/// @param path with its query, behind the address of the provider
/// @param body empty: a GET
public record Call(String path, Map<String, String> headers, Optional<Body> body) {

    /// The body of a request.
    ///
    /// @param type its media type
    public record Body(String type, String text) {}

    public Call {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return path;
    }
}
