package hedgerow.server.cli;

import hedgerow.server.DemoKeys;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.server.settings.Configuration;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.Logins;
import hedgerow.sql.Migrations;
import hedgerow.sql.Mode;
import hedgerow.sql.PasswordFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `hedgerow up`: a migrated database and its HTTP API, until Ctrl-C.
@Command(
        name = "up",
        description = "Start PostgreSQL, install or upgrade the schema, load the demo data once, and serve the HTTP"
                + " API, until Ctrl-C.",
        modelTransformer = SettingOptions.OfUp.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow up                                  data in ~/.hedgerow, port 54320",
            "  hedgerow up --ephemeral --port 0             a free port; nothing is kept",
            "  hedgerow up --mode sealed --data ./sealed    tenants stay apart under SQL injection",
            "  hedgerow up --admin-database 'postgresql://me@ep-x-pooler.example/db?sslmode=require'",
            "  hedgerow up --chain                          orders in an asset are paid, on a local chain",
            "  hedgerow up --sandbox                        an order is charged, by a provider that moves no money",
            "  hedgerow up --sites http://localhost:5173    a page of yours signs in with a wallet, too"
        })
public final class UpCommand implements Callable<Integer> {

    /// Settings of the service that this command decides.
    static final List<String> DECIDED = List.of(
            "database",
            "database-password",
            "bind-key",
            "demo",
            "worker",
            "worker-database",
            "worker-database-password");

    private static final String DEFAULT_PORT = "54320";
    private static final int DEFAULT_API_PORT = 8080;

    @Spec
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private ModeOption mode;

    @Mixin
    private PostgresOption postgres;

    @Option(
            names = "--port",
            paramLabel = "<n>",
            defaultValue = DEFAULT_PORT,
            description = "Port on 127.0.0.1; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--api-port",
            paramLabel = "<n>",
            description = "Port of the HTTP API; 0 takes a free one (default: 8080, or 0 with --port 0).")
    private Integer apiPort;

    @Option(
            names = "--config",
            paramLabel = "<file>",
            defaultValue = "${env:HEDGEROW_CONFIG}",
            description = "Settings of the service, as YAML. Default: HEDGEROW_CONFIG.")
    private Path config;

    @Option(
            names = "--ephemeral",
            description = "Keep nothing: the server and its data vanish at the end. It does not wait for the disk"
                    + " (fsync is off): a crash can lose writes that were acknowledged.")
    private boolean ephemeral;

    @Option(names = "--no-seed", description = "Do not load the demo data into a new database.")
    private boolean noSeed;

    @Option(
            names = "--chain",
            description = "Also start a local chain, eip155:31337 (Foundry's anvil), and pay orders on it.")
    private boolean withChain;

    @Option(
            names = "--sandbox",
            description = "Also start a provider that moves no money, and have it charge an order of acme.")
    private boolean withSandbox;

    @Option(
            names = "--ready-file",
            paramLabel = "<path>",
            description = "Write one JSON object with the addresses when all is ready; remove it at the end.")
    private Path readyFile;

    private PrintWriter out;

    @Override
    public Integer call() throws InterruptedException {
        out = command.commandLine().getOut();
        requireValidSettings();
        var anvil = withChain ? Optional.of(anvil()) : Optional.<Path>empty();
        Optional.ofNullable(readyFile).ifPresent(ReadyFile::clear);
        try (var running = new Running()) {
            try {
                var begun = Instant.now();
                var target = database.url().map(this::existing).orElseGet(() -> embedded(running));
                var chain = anvil.map(program -> running.start(() -> LocalChain.start(program, chainState(target))));
                var sandbox =
                        withSandbox ? Optional.of(running.start(() -> sandbox(target))) : Optional.<Sandbox>empty();
                var service = target.app().password().map(_ -> running.start(() -> serve(target, chain, sandbox)));
                var api = service.map(it -> "http://127.0.0.1:" + it.port());
                Optional.ofNullable(readyFile)
                        .ifPresent(path -> running.start(() -> ReadyFile.write(path, target.ready(api))));
                announce(target, Duration.between(begun, Instant.now()));
                announce(chain);
                var demo = service.map(Service::hasDemo).orElse(false);
                announce(sandbox, api.filter(_ -> demo));
                announce(api, demo);
                running.awaitEnd();
            } catch (RuntimeException e) {
                if (!running.isStopping()) {
                    throw e;
                }
            }
        }
        return 0;
    }

    /// The database of the command.
    ///
    /// @param passwordFile holds the passwords of the login roles
    /// @param option by which other commands use this database
    private record Target(
            DatabaseUrl admin,
            DatabaseUrl app,
            DatabaseUrl worker,
            DatabaseUrl reviewer,
            Path passwordFile,
            String option) {
        ReadyFile.Content ready(Optional<String> api) {
            return new ReadyFile.Content(admin, app, reviewer, api);
        }
    }

    // --- a server of our own -------------------------------------------------------------------------------------

    private Target embedded(Running running) {
        var server = running.start(() -> ephemeral
                ? EmbeddedPostgres.ephemeral(postgres.version(), port, this::say)
                : EmbeddedPostgres.open(postgres.version(), database.data(), port, this::say));
        server.createDatabase(DatabaseOptions.EMBEDDED_DATABASE);
        var admin = server.url(DatabaseOptions.EMBEDDED_DATABASE, EmbeddedPostgres.SUPERUSER);
        install(admin);
        server.setPasswords();
        return new Target(
                admin,
                server.url(admin.database(), Logins.APP),
                server.url(admin.database(), Logins.WORKER),
                server.url(admin.database(), Logins.REVIEWER),
                server.passwordFile(),
                server.directory().equals(EmbeddedPostgres.defaultDirectory()) ? "" : " --data " + server.directory());
    }

    // --- a server of someone else --------------------------------------------------------------------------------

    private Target existing(DatabaseUrl admin) {
        try (var connection = DatabaseOptions.connect(admin, this::say)) {
            say("connected to " + admin);
            var before = logins(connection);
            install(admin);
            var created = logins(connection);
            created.removeAll(before);
            var passwords = PasswordFile.read(passwordFile(admin));
            for (var login : created) {
                var password = passwords.orRandom(login);
                passwords.write(admin.host(), admin.port());
                Logins.setPassword(connection, login, password);
            }
            return new Target(
                    admin,
                    admin.withUser(Logins.APP, passwords.password(Logins.APP)),
                    admin.withUser(Logins.WORKER, passwords.password(Logins.WORKER)),
                    admin.withUser(Logins.REVIEWER, passwords.password(Logins.REVIEWER)),
                    passwords.path(),
                    " --admin-database '%s'".formatted(admin));
        } catch (SQLException e) {
            throw new DatabaseProblem(
                    Code.DATABASE_UNREACHABLE, "lost " + admin, e.getMessage(), "start `hedgerow up` again", e);
        } catch (IOException e) {
            throw new DatabaseProblem(
                    Code.DIRECTORY_UNUSABLE,
                    "cannot keep passwords in " + database.data(),
                    e.toString(),
                    "choose with --data a directory that you may write to",
                    e);
        }
    }

    /// The password file; each server has one, because roles belong to servers.
    private Path passwordFile(DatabaseUrl admin) throws IOException {
        var folder = database.data().resolve("servers").resolve("%s-%d".formatted(admin.host(), admin.port()));
        return Files.createDirectories(folder).resolve("pgpass");
    }

    /// The login roles that we created. Only they get a password from us: others have one that some
    /// application uses.
    private static Set<String> logins(Connection connection) throws SQLException {
        var found = new HashSet<String>();
        var names = Logins.ALL.stream().map("'%s'"::formatted).collect(Collectors.joining(","));
        var sql = "select rolname from pg_roles where rolname in (%s)".formatted(names);
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    // --- both ----------------------------------------------------------------------------------------------------

    private void install(DatabaseUrl admin) {
        var schema = mode.sealing(new Migrations(admin, warning -> say("warning: " + warning)));
        var fresh = schema.mode().isEmpty();
        say(fresh ? "installing the schema" : "looking for new migrations");
        var applied = schema.migrate(mode.mode(), line -> {});
        say("%d changesets applied, %s".formatted(applied, ModeOption.installed(schema)));
        if (!noSeed && (fresh || schema.isEmpty())) {
            say("loading the demo data (--no-seed leaves it out)");
            schema.seed();
        }
    }

    // --- the API -------------------------------------------------------------------------------------------------

    /// Serves everybody on this machine, including demo data.
    private Service serve(Target target, Optional<LocalChain> chain, Optional<Sandbox> sandbox) {
        say("starting the HTTP API");
        var keys = new UpKeys(target.passwordFile());
        var decided = new HashMap<>(Map.of("database", target.app().libpq(), "demo", "true"));
        if (target.worker().password().isPresent()) {
            decided.put("worker", "true");
            decided.put("worker-database", target.worker().libpq());
        }
        if (new Migrations(target.admin()).mode().orElseThrow() == Mode.SEALED) {
            decided.put("bind-key", keys.bindKey(target.admin()));
        }
        var presets = new HashMap<>(Map.of("credential-key", keys.credentialKey(), "wallet-key", keys.walletKey()));
        chain.ifPresent(local -> presets.putAll(Map.of(
                "chain-endpoints",
                LocalChain.ID + "=" + local.endpoint(),
                "chain-confirmations",
                "1",
                "chain-poll",
                "0.5s")));
        sandbox.ifPresent(local -> presets.put("provider-urls", "sandbox=" + local.address()));
        return Service.start(settings(decided, presets));
    }

    /// Refuses invalid settings before anything is started or installed.
    private void requireValidSettings() {
        var providers = withSandbox ? Map.of("sandbox", "http://127.0.0.1") : Map.<String, String>of();
        var read = settings(
                Map.of("database", "postgresql://localhost/none"),
                withSandbox ? Map.of("provider-urls", "sandbox=" + providers.get("sandbox")) : Map.of());
        if (withSandbox && !read.provider().providerUrls().equals(providers)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--sandbox sets `provider-urls` to a sandbox of its own. Leave out the setting, or --sandbox.");
        }
    }

    /// The settings of the service.
    ///
    /// @param decided the settings among [#DECIDED] that have a value
    /// @param special defaults of this command, in addition to those that are the same each time
    private ServiceSettings settings(Map<String, String> decided, Map<String, String> special) {
        var all = new HashMap<String, String>();
        DECIDED.forEach(name -> all.put(name, ""));
        all.putAll(decided);
        var flags = SettingOptions.given(command, Set.of("database", "port"));
        Optional.ofNullable(apiPort).ifPresent(given -> flags.put("port", given.toString()));
        var presets = new HashMap<>(Map.of(
                "log-requests",
                "false",
                "pooler",
                Boolean.toString(database.url().isPresent()), // a pooler may stand between, and nothing is lost by it
                "port",
                Integer.toString(port == 0 ? 0 : DEFAULT_API_PORT)));
        presets.putAll(special);
        try {
            return ServiceSettings.of(Configuration.of(flags, System.getenv(), Optional.ofNullable(config))
                    .within("hedgerow up", all, presets));
        } catch (Configuration.Invalid e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    // --- the chain -----------------------------------------------------------------------------------------------

    private Path anvil() {
        return LocalChain.anvil(database.data())
                .orElseThrow(() -> new ParameterException(
                        command.commandLine(),
                        "--chain needs Foundry's anvil, which is not on this machine. Install it with `%s`."
                                .formatted(LocalChain.installation(database.data()))));
    }

    /// The file of the chain, beside the data, which records the used nonces.
    private Optional<Path> chainState(Target target) {
        return ephemeral
                ? Optional.empty()
                : Optional.of(target.passwordFile().toAbsolutePath().resolveSibling("chain.json"));
    }

    private void announce(Optional<LocalChain> chain) {
        out.println();
        chain.ifPresentOrElse(
                local -> out.printf(
                        """
                        A local chain, eip155:%d. POST /v1/wallets makes a wallet on it; this gives one 10 ETH:
                          curl %s --json '{"jsonrpc":"2.0","id":1,"method":"anvil_setBalance",%s}'
                        """, LocalChain.ID, local.endpoint(), "\"params\":[\"<address>\",\"0x8ac7230489e80000\"]"),
                () -> out.println(
                        "Nothing executes on a chain, so orders in an asset wait. `hedgerow up --chain` starts a local"
                                + " one."));
    }

    // --- the sandbox ---------------------------------------------------------------------------------------------

    /// Its log stays beside the data, which knows what it charged.
    private Sandbox sandbox(Target target) {
        var log = target.passwordFile().toAbsolutePath().resolveSibling("sandbox.jsonl");
        try {
            return Sandbox.start(
                    0, ephemeral ? Optional.empty() : Optional.of(log), Duration.ofSeconds(30), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void announce(Optional<Sandbox> sandbox, Optional<String> demoApi) {
        sandbox.ifPresent(local -> {
            out.printf("%nA sandbox provider, which moves no money: %s%n", local.address());
            demoApi.ifPresent(api -> announceOrder(local, api));
        });
    }

    private void announceOrder(Sandbox local, String api) {
        try {
            var order = new DemoSandbox(api).open(local);
            out.printf("""
                It charges an order of acme. Read the order, and the sandbox's own log:
                  curl -H 'Authorization: Bearer %s' '%s/v1/payment-orders/%s'
                  curl -H 'Authorization: Bearer sk_sandbox_any' %s/v1/log
                """, DemoKeys.testKey("acme", "Owner"), api, order, local.address());
        } catch (DemoSandbox.Refused e) {
            out.printf("It charges nothing yet: an order of acme was refused.%n  %s%n", e.getMessage());
        }
    }

    private void say(String line) {
        out.println("  " + line);
        out.flush();
    }

    private void announce(Target target, Duration taken) {
        var admin = target.admin();
        out.printf(
                """
                Ready in %.1f s.

                  JDBC       %s
                  roles      %s; administrator: %s
                  passwords  %s

                Try next, in another terminal:
                  PGPASSFILE=%s psql '%s'
                  ./hedgerow sql%s --tenant acme -c 'select count(*) from app.payment_order'
                  ./hedgerow migrate%s --status
                """,
                taken.toMillis() / 1000.0,
                admin.jdbcAddress(),
                String.join(", ", Logins.ALL),
                admin.user().orElse("?"),
                target.passwordFile(),
                target.passwordFile(),
                target.reviewer(),
                target.option(),
                target.option());
    }

    private void announce(Optional<String> api, boolean demo) {
        out.println();
        if (api.isEmpty()) {
            out.println("No HTTP API: the password of hedgerow_app is unknown here. See `hedgerow serve --help`.");
        } else if (demo) {
            out.printf("""
                The HTTP API, explained on %1$s/docs:
                  curl -H 'Authorization: Bearer %2$s' '%1$s/v1/payment-orders?limit=2&expand=customer'
                  curl -H 'Authorization: Bearer %2$s' %1$s/v1/customers --json '{"name": "Ada Lovelace"}'
                  curl -H 'Authorization: Bearer %3$s' '%1$s/v1/payment-orders?limit=2'
                """, api.get(), DemoKeys.testKey("acme", "Owner"), DemoKeys.testKey("globex", "Viewer"));
        } else {
            out.printf("The HTTP API, explained on %s/docs, for everyone who has a key.%n", api.get());
        }
        out.printf("%nCtrl-C stops it.%n");
        out.flush();
    }
}
