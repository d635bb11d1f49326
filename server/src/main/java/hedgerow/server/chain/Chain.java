package hedgerow.server.chain;

import hedgerow.server.chain.Node.Call;
import hedgerow.server.chain.Node.View;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// One chain, as seen by its endpoints together. A fact is something that more than half of all endpoints
/// agree on; an endpoint that lags, lies or is unreachable delays it, and does not change it.
final class Chain {

    private static final BigInteger LEAST_PRIORITY = BigInteger.valueOf(1_000_000);
    private static final String LATEST = "latest";

    private final String code;
    private final long id;
    private final List<Node> nodes;

    Chain(long id, List<Node> nodes) {
        this.code = "eip155:" + id;
        this.id = id;
        this.nodes = List.copyOf(nodes);
    }

    /// The configured chains, by their codes.
    static Map<String, Chain> all(ChainSettings settings) {
        return settings.endpoints().entrySet().stream()
                .map(chain -> new Chain(
                        chain.getKey(),
                        chain.getValue().stream()
                                .map(address -> new Node(address, chain.getKey()))
                                .toList()))
                .collect(Collectors.toUnmodifiableMap(Chain::code, chain -> chain));
    }

    String code() {
        return code;
    }

    long id() {
        return id;
    }

    int majority() {
        return nodes.size() / 2 + 1;
    }

    @FunctionalInterface
    interface Question<T> {
        T of(Node node) throws IOException;
    }

    /// Queries all nodes, and requires a majority.
    ///
    /// @throws ChainUnreachable unless most nodes answer
    <T> List<T> most(Question<T> question) {
        var answers = all(question);
        if (answers.size() < majority()) {
            throw new ChainUnreachable(code);
        }
        return answers;
    }

    /// The results of the nodes that answer, in their order. A node that hangs does not hold up the others.
    private <T> List<T> all(Question<T> question) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = nodes.stream()
                    .map(node -> threads.submit(() -> question.of(node)))
                    .toList();
            var answers = new ArrayList<T>();
            for (var one : asked) {
                try {
                    answers.add(one.get());
                } catch (ExecutionException e) {
                    requireAway(e.getCause());
                }
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChainUnreachable(code);
        }
    }

    /// Treats a node that fails or returns nonsense as unreachable: the majority counts.
    private static void requireAway(Throwable failure) {
        if (!(failure instanceof IOException || failure instanceof ArithmeticException)) {
            throw new IllegalStateException(failure);
        }
    }

    // --- what has happened ---------------------------------------------------------------------------------------

    /// The newest blocks of the nodes that answer.
    List<Long> heads() {
        return most(node -> node.ask(List.of(new Call("eth_blockNumber")))
                .getFirst()
                .number()
                .longValueExact());
    }

    /// The nodes' views of some transactions.
    Sight look(Collection<String> hashes) {
        return new Sight(most(node -> node.look(hashes)), majority());
    }

    /// The views of all nodes.
    ///
    /// @param views of the nodes that answered
    /// @param majority of all nodes
    record Sight(List<View> views, int majority) {

        /// A receipt of one of these transactions, if any node has one: no more than a sighting.
        Optional<Receipt> sighting(Collection<String> hashes) {
            return hashes.stream().flatMap(hash -> known(hash).stream()).findFirst();
        }

        /// The receipt of one of these transactions that most nodes have at the required depth.
        Optional<Receipt> fact(Collection<String> hashes, int confirmations) {
            return hashes.stream()
                    .flatMap(hash -> known(hash).stream())
                    .filter(one -> views.stream()
                                    .filter(view -> Optional.ofNullable(
                                                    view.receipts().get(one.hash()))
                                            .filter(one::agrees)
                                            .filter(deep -> view.head() - deep.block() >= confirmations)
                                            .isPresent())
                                    .count()
                            >= majority)
                    .findFirst();
        }

        private List<Receipt> known(String hash) {
            return views.stream()
                    .flatMap(view -> Optional.ofNullable(view.receipts().get(hash)).stream())
                    .toList();
        }

        /// A block that every answering node had before it was queried for receipts.
        long settledBlock(int confirmations) {
            return views.stream().mapToLong(View::head).min().orElseThrow() - confirmations;
        }
    }

    /// The number of nonces that an account had used up at a block, according to a majority.
    long nonceAt(String address, long block) {
        var at = Node.hex(BigInteger.valueOf(block));
        return most(node -> node.ask(List.of(new Call("eth_getTransactionCount", address, at)))
                        .getFirst()
                        .number()
                        .longValueExact())
                .stream()
                .mapToLong(Long::longValue)
                .min()
                .orElseThrow();
    }

    // --- what can be done ----------------------------------------------------------------------------------------

    /// The present fees of a block; empty if they exceed the cap.
    Optional<Fees> fees(BigInteger cap) {
        var fees = most(node -> fees(node, cap));
        return fees.stream().max(java.util.Comparator.comparing(Fees::most)).filter(one -> one.within(cap));
    }

    private static Fees fees(Node node, BigInteger cap) throws IOException {
        var answers = node.ask(List.of(
                new Call("eth_getBlockByNumber", LATEST, false),
                new Call("eth_feeHistory", "0x5", LATEST, List.of(50))));
        var base = Node.quantity(answers.getFirst().orThrow().path("baseFeePerGas"));
        var rewards = new ArrayList<BigInteger>();
        for (var block : answers.getLast().orThrow().path("reward")) {
            rewards.add(Node.quantity(block.path(0)));
        }
        rewards.sort(null);
        var median = rewards.isEmpty() ? BigInteger.ZERO : rewards.get(rewards.size() / 2);
        return Fees.of(base, median.max(LEAST_PRIORITY), cap);
    }

    /// The state of an account at one block of a node.
    ///
    /// @param nonce the first that the account has not used up
    /// @param balances by contract; the native asset's under ""
    record Account(long nonce, Map<String, BigInteger> balances) {}

    /// The account, as each node that answers knows it.
    List<Account> accounts(String address, Collection<String> contracts) {
        var tokens = List.copyOf(contracts);
        return most(node -> account(node, address, tokens));
    }

    private static Account account(Node node, String address, List<String> tokens) throws IOException {
        var block = node.ask(List.of(new Call("eth_blockNumber"))).getFirst().orThrow();
        var calls = new ArrayList<Call>();
        calls.add(new Call("eth_getTransactionCount", address, block));
        calls.add(new Call("eth_getBalance", address, block));
        tokens.forEach(token -> calls.add(new Call("eth_call", Transfer.balanceOf(token, address), block)));
        var answers = node.ask(calls);
        var balances = new HashMap<String, BigInteger>();
        balances.put("", answers.get(1).number());
        for (var i = 0; i < tokens.size(); i++) {
            var answer = answers.get(2 + i);
            // A contract that does not respond like a token has a balance of zero.
            balances.put(
                    tokens.get(i),
                    answer.error().isPresent() || answer.result().asString("0x").length() <= 2
                            ? BigInteger.ZERO
                            : answer.number());
        }
        return new Account(answers.getFirst().number().longValueExact(), balances);
    }

    /// The gas that each transfer would use now; empty if it would fail.
    List<Optional<BigInteger>> estimates(List<Transfer> transfers) {
        if (transfers.isEmpty()) {
            return List.of();
        }
        var known = most(node -> estimates(node, transfers));
        var estimates = new ArrayList<Optional<BigInteger>>();
        for (var i = 0; i < transfers.size(); i++) {
            var each = i;
            var all = known.stream().map(one -> one.get(each)).toList();
            estimates.add(
                    all.stream().allMatch(Optional::isPresent)
                            ? all.stream().map(Optional::get).max(BigInteger::compareTo)
                            : Optional.empty());
        }
        return estimates;
    }

    private static List<Optional<BigInteger>> estimates(Node node, List<Transfer> transfers) throws IOException {
        var calls = transfers.stream()
                .flatMap(one ->
                        List.of(new Call("eth_estimateGas", one.call()), new Call("eth_call", one.call(), LATEST))
                                .stream())
                .toList();
        var answers = node.ask(calls);
        var estimates = new ArrayList<Optional<BigInteger>>();
        for (var i = 0; i < transfers.size(); i++) {
            var gas = answers.get(2 * i);
            var trial = answers.get(2 * i + 1);
            estimates.add(
                    gas.error().isEmpty() && trial.error().isEmpty() && isPaid(transfers.get(i), trial)
                            ? Optional.of(gas.number())
                            : Optional.empty());
        }
        return estimates;
    }

    /// Whether a transfer succeeds. Old tokens return nothing; others return whether it succeeded.
    private static boolean isPaid(Transfer transfer, Node.Answer trial) {
        var returned = trial.result().asString("0x");
        return transfer.contract().isEmpty() || returned.length() <= 2 || returned.matches("0x0*1");
    }

    /// Sends transactions to every node. Whatever the nodes return, only a receipt is evidence: "already
    /// known" and "nonce too low" mean nothing, and an error may follow an acceptance.
    void send(List<byte[]> signed) {
        if (signed.isEmpty()) {
            return;
        }
        var calls = signed.stream()
                .map(raw -> new Call(
                        "eth_sendRawTransaction",
                        "0x" + java.util.HexFormat.of().formatHex(raw)))
                .toList();
        all(node -> node.ask(calls)); // a transaction that does not arrive is sent again in the next turn
    }
}
