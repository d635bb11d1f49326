package hedgerow.server.http;

/// Makes the secrets that the API hands out.
public interface Tokens {

    /// @param secret shown once, kept nowhere
    /// @param prefix by which people recognize it
    /// @param hash SHA-256 of the secret
    record Issued(String secret, String prefix, byte[] hash) {}

    Issued apiKey(boolean livemode);

    Issued invitation();
}
