package hedgerow.server.auth;

import hedgerow.mappers.Database;
import hedgerow.server.http.Authenticator;
import hedgerow.server.http.Routes;
import hedgerow.server.http.Tokens;
import java.net.URI;
import java.util.List;

/// Authenticates callers, and signs people in.
public final class Auth {

    private final Authenticator authenticator;
    private final List<Routes> routes;
    private final Sites sites;

    private Auth(Authenticator authenticator, List<Routes> routes, Sites sites) {
        this.authenticator = authenticator;
        this.routes = routes;
        this.sites = sites;
    }

    /// The authentication over a database.
    ///
    /// @param trustedProxies addresses or blocks of the reverse proxies that may name the client
    public static Auth over(Database database, AuthConfig config, List<String> trustedProxies) {
        var people = new People(database);
        var attempts = new Attempts(config.attemptsPerMinute(), new TrustedProxies(trustedProxies));
        var sites = new Sites(config.sites());
        var authentication = new Authentication(people, new JwtVerifier(config.jwtIssuers()), attempts);
        var wallets = new WalletChecks(people, sites, new ContractWallets(config.chains()));
        var nonces = new Nonces(people, sites);
        return new Auth(
                authentication,
                List.of(
                        new SignInRoutes(people, config, nonces, wallets, attempts),
                        new PersonRoutes(database, people, authentication, attempts),
                        new WayInRoutes(database, people, authentication, nonces, wallets, attempts)),
                sites);
    }

    /// The authenticator of every request.
    public Authenticator authenticator() {
        return authenticator;
    }

    /// The routes `/v1/auth` and `/v1/me`, and those by which a person joins an organization.
    public List<Routes> routes() {
        return routes;
    }

    /// The generator of the secrets that are issued.
    public Tokens tokens() {
        return new IssuedTokens();
    }

    /// Allows pages of one more origin to request a sign-in with a wallet.
    public void allow(URI origin) {
        sites.allow(origin);
    }
}
