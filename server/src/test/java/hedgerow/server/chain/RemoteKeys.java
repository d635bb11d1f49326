package hedgerow.server.chain;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A remote signer with real keys, which signs for a wallet with the key of that wallet alone.
public final class RemoteKeys implements AutoCloseable {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int WORD = 32;

    /// The order of secp256k1.
    private static final BigInteger N =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private final HttpServer server;
    private final Optional<String> token;
    private final Map<String, ECKeyPair> keys = new ConcurrentHashMap<>();
    private final AtomicInteger signatures = new AtomicInteger();

    /// A signer without keys.
    ///
    /// @param token that requests must carry; empty: none
    public RemoteKeys(Optional<String> token) throws IOException {
        this.token = token;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/keys/", this::answer);
        server.start();
    }

    public URI address() {
        return URI.create(
                "http://127.0.0.1:%d/keys/".formatted(server.getAddress().getPort()));
    }

    public int signatures() {
        return signatures.get();
    }

    public int wallets() {
        return keys.size();
    }

    /// The address of the only key, in lower case.
    public String onlyAddress() {
        return "0x" + Keys.getAddress(keys.values().iterator().next());
    }

    void keep(String wallet, byte[] secret) {
        keys.put(wallet, ECKeyPair.create(new BigInteger(1, secret)));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = MAPPER.readTree(exchange.getRequestBody().readAllBytes());
            var given = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
            var answer = given.equals(token.map("Bearer "::concat))
                    ? answer(exchange.getRequestURI().getPath(), body)
                    : Optional.<String>empty();
            var bytes = answer.orElse("{}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.isPresent() ? 200 : 403, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Optional<String> answer(String path, JsonNode body) {
        var wallet = body.path("wallet_id").asString();
        if (path.equals("/keys/wallets")) {
            var pair = keys.computeIfAbsent(wallet, _ -> pair());
            return Optional.of("{\"address\": \"%s\"}".formatted(Keys.toChecksumAddress(Keys.getAddress(pair))));
        }
        return Optional.ofNullable(keys.get(wallet))
                .map(pair -> "{\"signature\": \"0x%s\"}"
                        .formatted(HexFormat.of()
                                .formatHex(signed(pair, body.path("digest").asString()))));
    }

    private static ECKeyPair pair() {
        try {
            return Keys.createEcKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Every other signature has the high `s` that a KMS may return and chains refuse.
    private byte[] signed(ECKeyPair pair, String digest) {
        var signature = Sign.signMessage(Numeric.hexStringToByteArray(digest), pair, false);
        var s = new BigInteger(1, signature.getS());
        var isHigh = signatures.getAndIncrement() % 2 == 0;
        var both = new byte[2 * WORD];
        System.arraycopy(signature.getR(), 0, both, 0, WORD);
        var shown = isHigh ? N.subtract(s) : s;
        System.arraycopy(Numeric.toBytesPadded(shown, WORD), 0, both, WORD, WORD);
        return both;
    }
}
