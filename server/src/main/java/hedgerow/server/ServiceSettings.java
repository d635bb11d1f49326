package hedgerow.server;

import hedgerow.server.auth.AuthConfig;
import hedgerow.server.chain.ChainSettings;
import hedgerow.server.http.HttpSettings;
import hedgerow.server.link.LinkSettings;
import hedgerow.server.provider.ProviderSettings;
import hedgerow.server.settings.Configuration;
import hedgerow.server.settings.HexKey;
import hedgerow.server.settings.Setting;
import hedgerow.server.work.MailSettings;
import java.util.Optional;

/// All settings of the service, which `hedgerow serve --help` and `docs/settings.md` list.
@Setting.Group("Keys and data")
public record ServiceSettings(
        DatabaseSettings database,

        @Setting(
                value = "Authenticates the cursors of lists. Give all servers the same key; otherwise a"
                        + " cursor is valid on the server that made it, until it restarts.",
                without = "random at each start",
                secret = true,
                example = "64 to 128 hexadecimal digits")
        Optional<HexKey> cursorKey,

        @Setting(
                value = "Encrypts secrets for providers and webhooks at rest (AES-256-GCM).",
                without = "such secrets are refused with 503",
                secret = true,
                check = HexKey.Of32Bytes.class,
                example = "64 hexadecimal digits")
        Optional<HexKey> credentialKey,

        @Setting(
                value = "For trials only: serves a database with the demo data, whose API keys everybody "
                        + "knows, and lets the service's own pages ask for a wallet sign-in.",
                preset = "false",
                example = "true")
        boolean demo,

        WorkerSettings worker,
        ChainSettings chain,
        ProviderSettings provider,
        LinkSettings link,
        MailSettings mail,
        HttpSettings http,
        AuthConfig auth) {

    /// Reads the settings.
    ///
    /// @throws Configuration.Invalid if anything is wrong
    public static ServiceSettings of(Configuration configuration) {
        return configuration.read(ServiceSettings.class);
    }
}
