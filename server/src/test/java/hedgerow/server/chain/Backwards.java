package hedgerow.server.chain;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A proxy before a chain that carries out the calls of a batch one by one, the last one first, and has blocks mined
/// once it knows the receipts. It can also forget the past, as nodes do that keep no old states.
final class Backwards implements AutoCloseable {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String RECEIPT = "eth_getTransactionReceipt";

    private final Books books;
    private final boolean isForgetful;
    private final HttpServer server;

    Backwards(Books books, boolean isForgetful) throws IOException {
        this.books = books;
        this.isForgetful = isForgetful;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::answer);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var calls = new ArrayList<JsonNode>();
            MAPPER.readTree(exchange.getRequestBody().readAllBytes()).forEach(calls::add);
            Collections.reverse(calls);
            var answers = MAPPER.createArrayNode();
            var last = "";
            for (var call : calls) {
                var method = call.path("method").asString();
                if (last.equals(RECEIPT) && !method.equals(RECEIPT)) {
                    books.mine(3);
                }
                last = method;
                var answer = answers.addObject()
                        .put("jsonrpc", "2.0")
                        .put("id", call.path("id").asInt());
                if (isForgetful && isAboutThePast(call)) {
                    answer.putObject("error").put("message", "missing trie node");
                } else {
                    answer.set("result", books.rpc(method, MAPPER.convertValue(call.path("params"), Object[].class)));
                }
            }
            var body = answers.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private boolean isAboutThePast(JsonNode call) {
        return call.path("method").asString().equals("eth_getTransactionCount")
                && Long.decode(call.path("params").path(1).asString())
                        < Long.decode(books.rpc("eth_blockNumber").asString());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
