package hedgerow.server.http;

/// Creates the secrets that the API issues.
public interface Tokens {

    /// A new secret.
    ///
    /// @param secret shown once, stored nowhere
    /// @param prefix by which people recognize it
    /// @param hash SHA-256 of the secret
    record Issued(String secret, String prefix, byte[] hash) {}

    Issued apiKey(boolean livemode);

    Issued invitation();
}
