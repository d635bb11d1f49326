package hedgerow.server.auth;

import hedgerow.mappers.auth.SignInMapper.NewNonce;
import hedgerow.server.http.Problem;
import hedgerow.server.http.Problem.Fault;
import hedgerow.server.http.ProblemCode;
import hedgerow.server.http.Sha256;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Creates messages and nonces to be signed. The database stores the hash of a nonce and its purpose; a
/// nonce is valid once.
final class Nonces {

    /// The length in characters, with 143 random bits.
    private static final int LENGTH = 24;

    private final People people;
    private final Sites sites;

    Nonces(People people, Sites sites) {
        this.people = people;
        this.sites = sites;
    }

    /// A nonce.
    ///
    /// @param message for a wallet, as EIP-4361 writes it; null for an identity
    /// @param payload the message as fields; null for an identity
    record Nonce(String purpose, String nonce, Instant expiresAt, String message, LoginPayload payload) {}

    /// A nonce for a wallet to sign.
    ///
    /// @param domain of the requesting page; empty: of the first site
    Nonce forWallet(Purpose purpose, Optional<UUID> user, Address address, long chainId, Optional<String> domain) {
        var site = site(domain);
        var nonce = Token.random(LENGTH);
        var expires = people.keep(new NewNonce(
                Sha256.of(nonce),
                purpose.slug(),
                site.getRawAuthority(),
                address.lowerCase(),
                chainId,
                user.orElse(null)));
        var issued = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var message = new SignInMessage(
                Optional.empty(),
                site.getRawAuthority(),
                address,
                Optional.of(purpose.statement(user.orElse(null))),
                site.toString(),
                chainId,
                nonce,
                issued,
                Optional.of(expires.truncatedTo(ChronoUnit.MILLIS)),
                Optional.of(issued),
                Optional.empty(),
                List.of());
        return new Nonce(purpose.slug(), nonce, expires, message.text(), LoginPayload.of(message));
    }

    /// A nonce that an issuer puts into a token, as the `nonce` of OpenID Connect.
    Nonce forIdentity(Purpose purpose, UUID user) {
        var nonce = Token.random(LENGTH);
        var expires = people.keep(new NewNonce(Sha256.of(nonce), purpose.slug(), "jwt", null, null, user));
        return new Nonce(purpose.slug(), nonce, expires, null, null);
    }

    private URI site(Optional<String> domain) {
        return domain.map(sites::find)
                .orElseGet(sites::first)
                .orElseThrow(() -> new Problem(
                                ProblemCode.INVALID_BODY,
                                "Pages of this domain may not ask for a sign-in with a wallet.")
                        .with(new Fault("/domain", "must be one of the server's `sites`")));
    }
}
