package hedgerow.server.http;

import hedgerow.rls.bind.Tenant;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// The first requests of a service, which it sends to itself before it listens: they load what an answer takes, and
/// let the compiler begin.
///
/// To a server on a loopback port of its own, which has the routes and takes one random token that nobody else knows.
/// Its statements are bound to no tenant: they read no row, and write none.
final class FirstRequests {

    /// Each route is asked at least once, and all again until this time is over.
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private static final int ROUNDS = 20;
    private static final UUID NOTHING = new UUID(0, 0);
    private static final Tenant NOBODY = Tenant.without("system:sign-in", false);
    private static final List<String> READS =
            List.of("/v1/payment-orders", "/v1/customers", "/v1/events", "/v1/payment-links");
    private static final Map<String, String> WRITES = Map.of(
            "/v1/payment-orders", "{\"currency\": \"EUR\", \"amount_minor\": 1}",
            "/v1/customers", "{\"name\": \"Nobody\"}");

    private final String token;

    private FirstRequests() {
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.token = "Bearer " + HexFormat.of().formatHex(random);
    }

    /// Sends the requests.
    ///
    /// @param server makes a server with the routes behind a gate
    static void send(Contract contract, Function<Gate, Javalin> server) {
        var requests = new FirstRequests();
        var gate = new Gate(requests::authenticate, contract, new RateLimiter(Integer.MAX_VALUE), requests::bind);
        var app = server.apply(gate);
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            requests.send(
                    client, "http://127.0.0.1:" + app.start("127.0.0.1", 0).port());
        } catch (IOException | RuntimeException e) {
            Log.write(Level.WARNING, "the service is not warm", Map.of("detail", String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            app.stop();
        }
    }

    private void send(HttpClient client, String address) throws IOException, InterruptedException {
        var end = System.nanoTime() + LONGEST.toNanos();
        for (var round = 0; round == 0 || round < ROUNDS && System.nanoTime() < end; round++) {
            for (var path : READS) {
                send(client, request(address + path + "?limit=20").GET());
                send(client, request(address + path + "/" + NOTHING).GET());
            }
            for (var write : WRITES.entrySet()) {
                send(
                        client,
                        request(address + write.getKey())
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(write.getValue())));
            }
        }
    }

    private static void send(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
        client.send(request.build(), BodyHandlers.discarding());
    }

    private HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(URI.create(address)).header("Authorization", token);
    }

    private Caller authenticate(Context ctx) {
        var given = Optional.ofNullable(ctx.header("Authorization")).orElse("");
        if (!MessageDigest.isEqual(given.getBytes(), token.getBytes())) {
            throw new Problem(ProblemCode.UNAUTHENTICATED, "this server answers itself");
        }
        return new Caller(Optional.of(NOTHING), "system:sign-in", false, Optional.of("owner"), Optional.empty());
    }

    private void bind(Caller caller, Handler handler, Context ctx) throws Exception {
        NOBODY.<Void, Exception>call(() -> {
            handler.handle(ctx);
            return null;
        });
    }
}
