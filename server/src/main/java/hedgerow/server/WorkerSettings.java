package hedgerow.server;

import hedgerow.server.settings.HexKey;
import hedgerow.server.settings.Setting;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.Logins;
import java.time.Duration;
import java.util.Optional;

/// The settings of the worker, which runs in a process of its own, `hedgerow work`, or beside the API.
@Setting.Group("The worker")
record WorkerSettings(
        @Setting(
                value = "Also runs the worker in this process, which sends webhooks and ends what has " + "expired.",
                preset = "false",
                example = "true")
        boolean worker,

        @Setting(
                value = "The database as the worker's login; `hedgerow_worker` if the URL names no user.",
                without = "the address of `database`, as `hedgerow_worker`",
                example = "postgresql://hedgerow_worker@db.example/shop?sslmode=verify-full")
        Optional<DatabaseUrl> workerDatabase,

        @Setting(
                value = "Password of that login, if the URL has none.",
                without = "the file that PGPASSFILE names",
                secret = true,
                example = "another-long-password")
        Optional<String> workerDatabasePassword,

        @Setting(
                value = "Maximum number of the worker's connections to the database.",
                preset = "8",
                least = 2,
                most = 1_000,
                example = "16")
        int workerPoolSize,

        @Setting(
                value = "Port of `hedgerow work` for `/healthz`, `/readyz` and `/metrics`; 0 takes a free one.",
                preset = "8081",
                most = 65_535,
                example = "8081")
        int workerPort,

        @Setting(value = "How long events are kept after their publication.", preset = "720h", example = "2160h")
        Duration keepEvents,

        @Setting(
                value = "How many days the audit log is kept; it is verified before its oldest entries are removed.",
                preset = "36500",
                least = 90,
                most = 36_500,
                example = "3650")
        int keepAuditDays) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// The worker's connection settings; those that are not given are the API's.
    DatabaseSettings database(DatabaseSettings api, Optional<HexKey> bindKey) {
        var url = workerDatabase.orElseGet(() -> asWorker(api.database()));
        var named = url.withUser(url.user().orElse(Logins.WORKER), workerDatabasePassword.or(url::password));
        return new DatabaseSettings(named, Optional.empty(), workerPoolSize, PATIENCE, bindKey, api.pooler());
    }

    /// The API's URL for the worker's login, without the password, which belongs to another login.
    private static DatabaseUrl asWorker(DatabaseUrl api) {
        return api.user().filter(Logins.WORKER::equals).isPresent()
                ? api
                : api.withUser(Logins.WORKER, Optional.empty());
    }
}
