package hedgerow.server;

import hedgerow.server.settings.HexKey;
import hedgerow.server.settings.Setting;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.Logins;
import java.time.Duration;
import java.util.Optional;

/// The settings of the database that is served.
@Setting.Group("The database")
record DatabaseSettings(
        @Setting(
                value = "The database to serve, as the application's login; `hedgerow_app` if the URL names no user.",
                example = "postgresql://hedgerow_app@db.example/shop?sslmode=verify-full")
        DatabaseUrl database,

        @Setting(
                value = "Password of that login, if the URL has none.",
                without = "the file that PGPASSFILE names",
                secret = true,
                example = "a-long-password")
        Optional<String> databasePassword,

        @Setting(
                value = "Maximum number of connections to the database.",
                preset = "10",
                least = 1,
                most = 1_000,
                example = "20")
        int poolSize,

        @Setting(value = "How long a request waits for a connection.", preset = "5s", example = "10s")
        Duration poolTimeout,

        @Setting(
                value = "Bind key of a database in sealed mode, as `hedgerow keys create` wrote it.",
                without = "plain mode",
                secret = true,
                example = "64 to 128 hexadecimal digits")
        Optional<HexKey> bindKey,

        @Setting(
                value = "Whether connections go through a pooler such as PgBouncer, so that server "
                        + "processes change: seals are then valid on any of them, and each transaction sets "
                        + "the time limits.",
                without = "true for a host such as `ep-x-pooler.example`",
                example = "true")
        Optional<Boolean> pooler) {

    /// The URL with user and password.
    DatabaseUrl url() {
        return database.withUser(database.user().orElse(Logins.APP), databasePassword.or(database::password));
    }

    boolean isWorkers() {
        return url().user().filter(Logins.WORKER::equals).isPresent();
    }

    /// Whether a pooler stands between. Providers of poolers mark their hosts, as in
    /// `ep-x-pooler.region.example`.
    boolean isPooled() {
        return pooler.orElseGet(() -> database.host().matches("[^.]+-pooler(\\..*)?"));
    }
}
