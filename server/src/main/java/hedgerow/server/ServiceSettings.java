package hedgerow.server;

import hedgerow.server.auth.AuthConfig;
import hedgerow.server.http.Configuration;
import hedgerow.server.http.HttpSettings;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.Logins;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/// What the service is told: everything that `hedgerow serve --help` and `docs/api.md` list.
///
/// @param database as `hedgerow_app`
/// @param bindKey of a database in sealed mode
/// @param pooler a pooler such as PgBouncer stands between, so that backends change
/// @param cursorKey proves that cursors are ours; the same on all servers, else a cursor is good on one of them only
/// @param credentialKey encrypts secrets at rest; without it they cannot be taken
/// @param demo the demo data, whose keys everybody knows, may be there
public record ServiceSettings(
        DatabaseUrl database,
        int poolSize,
        Duration poolTimeout,
        Optional<byte[]> bindKey,
        boolean pooler,
        byte[] cursorKey,
        Optional<byte[]> credentialKey,
        boolean demo,
        AuthConfig auth,
        HttpSettings http) {

    private static final int KEY_BYTES = 32;
    private static final int LONGEST_KEY = 64;

    /// @throws Configuration.Invalid if anything is wrong
    public static ServiceSettings of(Configuration configuration) {
        var settings = new ServiceSettings(
                database(configuration),
                configuration.number("pool-size", 1, 1_000, 10),
                configuration.duration("pool-timeout", Duration.ofSeconds(5)),
                configuration.parsed("bind-key", text -> key(text, LONGEST_KEY)),
                configuration.flag("pooler", false),
                configuration
                        .parsed("cursor-key", text -> key(text, LONGEST_KEY))
                        .orElseGet(ServiceSettings::random),
                configuration.parsed("credential-key", text -> key(text, KEY_BYTES)),
                configuration.flag("demo", false),
                AuthConfig.of(configuration),
                HttpSettings.of(configuration));
        configuration.check();
        return settings;
    }

    /// Without a user it is `hedgerow_app`. A placeholder stands in for a missing one, until the check.
    private static DatabaseUrl database(Configuration configuration) {
        var given = configuration.text("database");
        if (given.isEmpty()) {
            configuration.missing("database");
        }
        var url = configuration
                .parsed("database", DatabaseUrl::parse)
                .orElse(DatabaseUrl.parse("postgresql://none/none"));
        var password = configuration.text("database-password").or(url::password);
        return url.withUser(url.user().orElse(Logins.APP), password);
    }

    private static byte[] key(String text, int most) {
        if (!text.matches("([0-9a-fA-F]{2}){%d,%d}".formatted(KEY_BYTES, most))) {
            throw new IllegalArgumentException(
                    most == KEY_BYTES ? "must be 64 hexadecimal digits" : "must be 64 to 128 hexadecimal digits");
        }
        return HexFormat.of().parseHex(text);
    }

    private static byte[] random() {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }
}
