package hedgerow.server.chain;

import hedgerow.server.chain.Node.Call;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// The transfers to some addresses in the blocks of a chain that are deep enough: nothing that it reports can
/// disappear in a shorter reorganization. It reads a bounded number of blocks at once, each once, and believes what
/// most endpoints report alike.
///
/// The native asset leaves no event: it is found in the transactions of whole blocks, and only if somebody waits for
/// it. One that a contract sends from within a transaction is not found.
final class Incoming {

    private static final int MOST_BLOCKS = 500; // endpoints refuse more events than those of some thousand
    private static final int MOST_WHOLE_BLOCKS = 10;

    private final Chain chain;
    private final int confirmations;

    /// The number of blocks that are read at once: fewer after a failure, because endpoints limit their answers.
    private int most = MOST_BLOCKS;

    Incoming(Chain chain, int confirmations) {
        this.chain = chain;
        this.confirmations = confirmations;
    }

    /// A wish to know what arrived.
    ///
    /// @param after the last block that is known
    /// @param contracts of the tokens
    /// @param coins whether the native asset counts as well
    record Watch(long after, Set<String> recipients, Set<String> contracts, boolean coins) {}

    /// A transfer.
    ///
    /// @param contract of the token; empty: the native asset
    /// @param log the index of its event; empty: the native asset
    record Arrival(
            Optional<String> contract,
            String sender,
            String recipient,
            BigInteger amount,
            String hash,
            Optional<Integer> log,
            long block,
            String blockHash,
            Instant time) {}

    /// The contents of the blocks up to this one.
    record Seen(long block, String hash, Instant time, Set<Arrival> arrivals) {}

    /// Reads on; empty if no further block is deep enough.
    ///
    /// @throws ChainUnreachable unless most endpoints report the same
    Optional<Seen> read(Watch watch) {
        var deep = deepest();
        if (deep <= watch.after()) {
            return Optional.empty();
        }
        var to = Math.min(deep, watch.after() + (watch.coins() ? Math.min(most, MOST_WHOLE_BLOCKS) : most));
        try {
            var seen = agreed(chain.most(node -> seen(node, watch, to)));
            most = Math.min(MOST_BLOCKS, 2 * most);
            return Optional.of(seen);
        } catch (ChainUnreachable e) {
            most = Math.max(1, Math.min(most, (int) (to - watch.after())) / 2);
            throw e;
        }
    }

    /// The deepest block that most endpoints have with enough blocks on top.
    private long deepest() {
        return chain.heads().stream()
                        .sorted(Comparator.reverseOrder())
                        .skip(chain.majority() - 1L)
                        .findFirst()
                        .orElseThrow()
                - confirmations;
    }

    private Seen agreed(List<Seen> views) {
        return views.stream().collect(Collectors.groupingBy(view -> view)).values().stream()
                .filter(alike -> alike.size() >= chain.majority())
                .map(List::getFirst)
                .findFirst()
                .orElseThrow(() -> new ChainUnreachable(chain.code()));
    }

    // --- one endpoint --------------------------------------------------------------------------------------------

    private Seen seen(Node node, Watch watch, long to) throws IOException {
        var calls = new ArrayList<Call>();
        calls.add(header(to));
        calls.add(new Call(
                "eth_getLogs",
                Map.of(
                        "fromBlock", hex(watch.after() + 1),
                        "toBlock", hex(to),
                        "address", List.copyOf(watch.contracts()),
                        "topics", topics(watch.recipients()))));
        for (var block = watch.after() + 1; watch.coins() && block <= to; block++) {
            calls.add(new Call("eth_getBlockByNumber", hex(block), true));
        }
        if (watch.contracts().isEmpty()) {
            calls.remove(1);
        }
        var answers = node.ask(calls);
        var last = block(answers.getFirst());
        var events = watch.contracts().isEmpty()
                ? List.<JsonNode>of()
                : answers.get(1).orThrow().valueStream().toList();
        var whole = new ArrayList<JsonNode>();
        for (var answer : answers.subList(watch.contracts().isEmpty() ? 1 : 2, answers.size())) {
            whole.add(block(answer));
        }
        var arrivals = new HashSet<Arrival>();
        arrivals.addAll(tokens(node, watch, events));
        arrivals.addAll(coins(node, watch, whole));
        return new Seen(to, Node.text(last, "hash"), time(last), Set.copyOf(arrivals));
    }

    private static List<Object> topics(Collection<String> recipients) {
        var padded = recipients.stream()
                .map(one -> "0x" + "0".repeat(24) + one.substring(2))
                .toList();
        var topics = new ArrayList<>();
        topics.add(Node.TRANSFER);
        topics.add(null);
        topics.add(padded);
        return topics;
    }

    /// The events of tokens, in blocks that are still on the node's chain.
    private static List<Arrival> tokens(Node node, Watch watch, List<JsonNode> events) throws IOException {
        var numbers = new HashSet<Long>();
        for (var event : events) {
            numbers.add(number(event, "blockNumber"));
        }
        var headers = new HashMap<Long, JsonNode>();
        for (var answer : asked(node, numbers.stream().map(Incoming::header).toList())) {
            var header = block(answer);
            headers.put(number(header, "number"), header);
        }
        var arrivals = new ArrayList<Arrival>();
        for (var event : events) {
            var header = headers.get(number(event, "blockNumber"));
            if (header == null || !Node.text(header, "hash").equals(Node.text(event, "blockHash"))) {
                throw new IOException("the node contradicts itself");
            }
            token(watch, event, header).ifPresent(arrivals::add);
        }
        return arrivals;
    }

    private static Optional<Arrival> token(Watch watch, JsonNode event, JsonNode header) throws IOException {
        var topics = event.path("topics");
        var contract = Node.text(event, "address");
        if (topics.size() != Node.TRANSFER_TOPICS
                || !topics.path(0).asString("").equals(Node.TRANSFER)
                || !watch.contracts().contains(contract)) {
            return Optional.empty();
        }
        return Optional.of(new Arrival(
                        Optional.of(contract),
                        Node.address(topics.path(1)),
                        Node.address(topics.path(2)),
                        Node.quantity(event.path("data")),
                        Node.text(event, "transactionHash"),
                        Optional.of(Math.toIntExact(number(event, "logIndex"))),
                        number(header, "number"),
                        Node.text(header, "hash"),
                        time(header)))
                .filter(one -> counts(watch, one));
    }

    /// The transactions that moved the native asset, and were not reverted.
    private static List<Arrival> coins(Node node, Watch watch, List<JsonNode> blocks) throws IOException {
        var arrivals = new ArrayList<Arrival>();
        for (var block : blocks) {
            for (var sent : block.path("transactions")) {
                coin(block, sent).filter(one -> counts(watch, one)).ifPresent(arrivals::add);
            }
        }
        var receipts = asked(
                node,
                arrivals.stream()
                        .map(one -> new Call("eth_getTransactionReceipt", one.hash()))
                        .toList());
        var succeeded = new ArrayList<Arrival>();
        for (var i = 0; i < arrivals.size(); i++) {
            var receipt = receipts.get(i).orThrow();
            if (!Node.text(receipt, "blockHash").equals(arrivals.get(i).blockHash())) {
                throw new IOException("the node contradicts itself");
            }
            if (Node.quantity(receipt.path("status")).signum() > 0) {
                succeeded.add(arrivals.get(i));
            }
        }
        return succeeded;
    }

    private static Optional<Arrival> coin(JsonNode block, JsonNode sent) throws IOException {
        return sent.path("to").isString()
                ? Optional.of(new Arrival(
                        Optional.empty(),
                        Node.text(sent, "from"),
                        Node.text(sent, "to"),
                        Node.quantity(sent.path("value")),
                        Node.text(sent, "hash"),
                        Optional.empty(),
                        number(block, "number"),
                        Node.text(block, "hash"),
                        time(block)))
                : Optional.empty();
    }

    /// Nothing arrives by a transfer of nothing, or to oneself.
    private static boolean counts(Watch watch, Arrival one) {
        return one.amount().signum() > 0
                && watch.recipients().contains(one.recipient())
                && !one.sender().equals(one.recipient());
    }

    // --- values --------------------------------------------------------------------------------------------------

    private static List<Node.Answer> asked(Node node, List<Call> calls) throws IOException {
        return calls.isEmpty() ? List.of() : node.ask(calls);
    }

    private static Call header(long block) {
        return new Call("eth_getBlockByNumber", hex(block), false);
    }

    /// A node that has fewer blocks than it stated has none of this number.
    private static JsonNode block(Node.Answer answer) throws IOException {
        var block = answer.orThrow();
        if (!block.isObject()) {
            throw new IOException("the node does not have that block");
        }
        return block;
    }

    private static Instant time(JsonNode block) throws IOException {
        return Instant.ofEpochSecond(number(block, "timestamp"));
    }

    private static long number(JsonNode node, String name) throws IOException {
        return Node.quantity(node.path(name)).longValueExact();
    }

    private static String hex(long block) {
        return Node.hex(BigInteger.valueOf(block));
    }
}
