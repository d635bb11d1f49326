package hedgerow.server.work;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/// A receiver of webhooks on this machine, over TLS, that answers as instructed.
final class Receiver implements AutoCloseable {

    private static final char[] PASSWORD = "receiver".toCharArray();

    /// The received requests, in order.
    final List<Received> received = new CopyOnWriteArrayList<>();

    /// The addresses from which they came, one for each connection.
    final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpsServer server;
    private volatile Answer answer = Receiver::accept;

    record Received(Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.get(name).getFirst();
        }
    }

    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private Receiver(HttpsServer server) {
        this.server = server;
    }

    /// Starts a receiver whose certificate is for a host name or an address.
    static Receiver start(Certificate certificate) throws Exception {
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 64);
        var receiver = new Receiver(server);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        server.setExecutor(receiver.threads);
        server.createContext("/", receiver::handle);
        server.start();
        return receiver;
    }

    private void handle(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        connections.add(exchange.getRemoteAddress());
        received.add(new Received(exchange.getRequestHeaders(), body));
        answer.to(exchange);
        exchange.close();
    }

    void answers(Answer answer) {
        this.answer = answer;
    }

    static void accept(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(204, -1);
    }

    static Answer status(int status) {
        return exchange -> exchange.sendResponseHeaders(status, -1);
    }

    String url() {
        return "https://127.0.0.1:%d/hook".formatted(server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /// A certificate that its own clients trust.
    record Certificate(KeyStore store) {

        /// Creates a certificate.
        ///
        /// @param host such as `ip:127.0.0.1` or `dns:localhost`
        static Certificate forHost(Path folder, String host) throws Exception {
            var file = folder.resolve(host.replaceAll("[^a-z0-9]", "-") + ".p12");
            var keytool =
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            var made = new ProcessBuilder(
                            keytool,
                            "-genkeypair",
                            "-alias",
                            "receiver",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=receiver",
                            "-ext",
                            "san=" + host,
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            new String(PASSWORD),
                            "-validity",
                            "30")
                    .redirectErrorStream(true)
                    .start();
            if (made.waitFor() != 0) {
                throw new IllegalStateException(
                        new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            }
            var store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD);
            }
            return new Certificate(store);
        }

        SSLContext context() throws Exception {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        }

        /// Makes a client trust it.
        OkHttpClient.Builder trusted(OkHttpClient.Builder client) {
            try {
                var trusting = KeyStore.getInstance(KeyStore.getDefaultType());
                trusting.load(null, null);
                trusting.setCertificateEntry("receiver", store.getCertificate("receiver"));
                var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(trusting);
                var context = SSLContext.getInstance("TLS");
                context.init(null, trust.getTrustManagers(), null);
                return client.sslSocketFactory(
                        context.getSocketFactory(), (X509TrustManager) trust.getTrustManagers()[0]);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
