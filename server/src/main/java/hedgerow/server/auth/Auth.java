package hedgerow.server.auth;

import hedgerow.mappers.Database;
import hedgerow.server.http.Authenticator;
import hedgerow.server.http.Routes;
import hedgerow.server.http.Tokens;
import java.util.List;

/// Who asks, and how people sign in.
///
/// @param authenticator of every request
/// @param tokens the secrets that it hands out
/// @param routes `/v1/auth`, `/v1/me`, and how a person comes to an organization
public record Auth(Authenticator authenticator, List<Routes> routes, Tokens tokens) {

    public static Auth over(Database database, AuthConfig config) {
        var people = new People(database);
        var attempts = new Attempts(config.attemptsPerMinute());
        var authentication = new Authentication(people, new JwtVerifier(config.issuers()), attempts);
        var wallets = new WalletChecks(people, config, new ContractWallets(config.chains()));
        var nonces = new Nonces(people, config);
        return new Auth(
                authentication,
                List.of(
                        new SignInRoutes(people, config, nonces, wallets, attempts),
                        new PersonRoutes(database, people, authentication, attempts),
                        new WayInRoutes(database, people, authentication, nonces, wallets, attempts)),
                new IssuedTokens());
    }
}
