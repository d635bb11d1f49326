package hedgerow.server.cli;

import hedgerow.server.DemoKeys;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.settings.Configuration;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.Logins;
import hedgerow.sql.Migrations;
import hedgerow.sql.Mode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// The command `hedgerow rehearse`: reviews and serves a database of its own, while the JVM records the
/// classes that this needs.
///
/// The launcher runs it once for each build, and passes the record to every later run, which therefore
/// starts faster.
@Command(
        name = "rehearse",
        hidden = true,
        description = "Review and serve a database that vanishes, for the JVM to learn how to start faster.")
public final class RehearseCommand implements Callable<Integer> {

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var server = EmbeddedPostgres.ephemeral(0, _ -> {})) {
            server.createDatabase(DatabaseOptions.EMBEDDED_DATABASE);
            var schema = new Migrations(server.url(DatabaseOptions.EMBEDDED_DATABASE, EmbeddedPostgres.SUPERUSER));
            schema.migrate(Optional.of(Mode.PLAIN), _ -> {});
            schema.seed();
            server.setPasswords();
            review(server.url(DatabaseOptions.EMBEDDED_DATABASE, Logins.REVIEWER));
            serve(server.url(DatabaseOptions.EMBEDDED_DATABASE, Logins.APP));
        }
        return 0;
    }

    private static void review(DatabaseUrl url) throws IOException {
        var report = Files.createTempFile("hedgerow-", ".txt");
        try {
            Hedgerow.execute("review", url.libpq(), "--output", report.toString());
        } finally {
            Files.delete(report);
        }
    }

    private static void serve(DatabaseUrl url) throws IOException, InterruptedException {
        var flags = Map.of("database", url.libpq(), "port", "0", "demo", "true");
        var settings = ServiceSettings.of(Configuration.of(flags, Map.of(), Optional.empty()));
        try (var service = Service.start(settings);
                var client = HttpClient.newHttpClient()) {
            var list = URI.create("http://127.0.0.1:%d/v1/payment-orders?expand=customer".formatted(service.port()));
            var request = HttpRequest.newBuilder(list)
                    .header("Authorization", "Bearer " + DemoKeys.testKey("acme", "Owner"))
                    .build();
            client.send(request, BodyHandlers.discarding());
        }
    }
}
