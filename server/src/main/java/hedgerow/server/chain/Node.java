package hedgerow.server.chain;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One endpoint of a chain, queried by JSON-RPC in batches. Every batch first asks which chain it is, so
/// that an endpoint of another chain is never believed.
///
/// Failures contain no address, because it may contain a key.
final class Node {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long MOST_BYTES = 16L << 20;
    private static final MediaType JSON = MediaType.get("application/json");
    private static final JsonMapper MAPPER = new JsonMapper();
    static final String TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
    static final int TRANSFER_TOPICS = 3;

    private static final OkHttpClient CLIENT = new OkHttpClient.Builder()
            .callTimeout(PATIENCE)
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .build();

    private final URI endpoint;
    private final BigInteger chainId;

    Node(URI endpoint, long chainId) {
        this.endpoint = endpoint;
        this.chainId = BigInteger.valueOf(chainId);
    }

    record Call(String method, Object... parameters) {}

    /// The response to one call.
    ///
    /// @param result missing if there is an error
    record Answer(JsonNode result, Optional<String> error) {

        JsonNode orThrow() throws IOException {
            if (error.isPresent()) {
                throw new IOException("the node answered with an error");
            }
            return result;
        }

        BigInteger number() throws IOException {
            return quantity(orThrow());
        }
    }

    /// The state that a node reports at one moment.
    ///
    /// @param head the newest block
    /// @param receipts of the transactions that are in blocks of its chain, by hash
    record View(long head, Map<String, Receipt> receipts) {}

    /// Queries the node. The head is requested first: everything that it has mined by then is among the
    /// receipts.
    View look(Collection<String> hashes) throws IOException {
        var calls = new ArrayList<Call>();
        calls.add(new Call("eth_blockNumber"));
        hashes.forEach(hash -> calls.add(new Call("eth_getTransactionReceipt", hash)));
        var answers = ask(calls);
        var head = answers.getFirst().number().longValueExact();
        var receipts = new HashMap<String, Receipt>();
        for (var answer : answers.subList(1, answers.size())) {
            var mined = answer.orThrow();
            if (mined.isObject() && mined.path("blockHash").isString()) {
                var receipt = receipt(mined);
                receipts.put(receipt.hash(), receipt);
            }
        }
        receipts.values().retainAll(canonical(receipts.values()));
        return new View(head, receipts);
    }

    /// The receipts whose block is still the one of its number.
    private List<Receipt> canonical(Collection<Receipt> receipts) throws IOException {
        var numbers =
                List.copyOf(new HashSet<>(receipts.stream().map(Receipt::block).toList()));
        var blocks = numbers.isEmpty()
                ? List.<Answer>of()
                : ask(numbers.stream()
                        .map(number -> new Call("eth_getBlockByNumber", hex(BigInteger.valueOf(number)), false))
                        .toList());
        Set<String> known = new HashSet<>();
        for (var block : blocks) {
            known.add(block.orThrow().path("hash").asString(""));
        }
        return receipts.stream().filter(one -> known.contains(one.blockHash())).toList();
    }

    /// Sends a batch of calls, and returns the responses in their order.
    List<Answer> ask(List<Call> calls) throws IOException {
        var batch = MAPPER.createArrayNode();
        add(batch, 0, new Call("eth_chainId"));
        for (var i = 0; i < calls.size(); i++) {
            add(batch, i + 1, calls.get(i));
        }
        var byId = new HashMap<Integer, Answer>();
        for (var answer : post(batch.toString())) {
            byId.put(answer.path("id").asInt(-1), answer(answer));
        }
        if (!Optional.ofNullable(byId.get(0))
                .orElseThrow(Node::unclear)
                .number()
                .equals(chainId)) {
            throw new IOException("the node belongs to another chain");
        }
        var answers = new ArrayList<Answer>();
        for (var i = 1; i <= calls.size(); i++) {
            answers.add(Optional.ofNullable(byId.get(i)).orElseThrow(Node::unclear));
        }
        return answers;
    }

    private static void add(tools.jackson.databind.node.ArrayNode batch, int id, Call call) {
        var request = batch.addObject().put("jsonrpc", "2.0").put("id", id).put("method", call.method());
        request.set("params", MAPPER.valueToTree(call.parameters()));
    }

    private JsonNode post(String body) throws IOException {
        var request = new Request.Builder()
                .url(endpoint.toString())
                .post(RequestBody.create(body, JSON))
                .build();
        try (var answer = CLIENT.newCall(request).execute()) {
            if (!answer.isSuccessful()) {
                throw new IOException("the node answered with HTTP " + answer.code());
            }
            var tree = MAPPER.readTree(answer.peekBody(MOST_BYTES).bytes());
            if (!tree.isArray()) {
                throw unclear();
            }
            return tree;
        } catch (JacksonException e) {
            throw unclear();
        }
    }

    private static Answer answer(JsonNode node) {
        return node.has("error")
                ? new Answer(
                        MAPPER.missingNode(),
                        Optional.of(node.path("error").path("message").asString("unknown")))
                : new Answer(node.path("result"), Optional.empty());
    }

    private static IOException unclear() {
        return new IOException("the node did not answer with a JSON-RPC batch");
    }

    // --- values --------------------------------------------------------------------------------------------------

    private static Receipt receipt(JsonNode mined) throws IOException {
        var transfers = new ArrayList<Receipt.Transfer>();
        for (var log : mined.path("logs")) {
            var topics = log.path("topics");
            if (topics.size() == TRANSFER_TOPICS && topics.path(0).asString("").equals(TRANSFER)) {
                transfers.add(new Receipt.Transfer(
                        text(log, "address"),
                        address(topics.path(1)),
                        address(topics.path(2)),
                        quantity(log.path("data"))));
            }
        }
        // Besides their own gas, rollups charge for the data that they post elsewhere.
        var fee = quantity(mined.path("gasUsed"))
                .multiply(quantity(mined.path("effectiveGasPrice")))
                .add(mined.has("l1Fee") ? quantity(mined.path("l1Fee")) : BigInteger.ZERO);
        return new Receipt(
                text(mined, "transactionHash"),
                quantity(mined.path("blockNumber")).longValueExact(),
                text(mined, "blockHash"),
                quantity(mined.path("status")).signum() > 0,
                fee,
                List.copyOf(transfers));
    }

    static String text(JsonNode node, String name) {
        return node.path(name).asString("").toLowerCase(java.util.Locale.ROOT);
    }

    /// The address in the last 20 bytes of a topic.
    static String address(JsonNode topic) {
        var text = topic.asString("").toLowerCase(java.util.Locale.ROOT);
        return "0x" + text.substring(Math.max(0, text.length() - 40));
    }

    static BigInteger quantity(JsonNode node) throws IOException {
        var text = node.asString("");
        if (!text.matches("0x[0-9a-fA-F]{1,64}")) {
            throw new IOException("the node did not answer with a number");
        }
        return new BigInteger(text.substring(2), 16);
    }

    static String hex(BigInteger value) {
        return "0x" + value.toString(16);
    }
}
