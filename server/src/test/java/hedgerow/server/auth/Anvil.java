package hedgerow.server.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Type;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.core.methods.response.VoidResponse;
import org.web3j.protocol.http.HttpService;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A private chain for one test class.
///
/// It needs `npm install --prefix server/target/chain @foundry-rs/anvil@1.7.1 solc@0.8.37`, which CI runs;
/// otherwise the class is skipped.
public final class Anvil implements BeforeAllCallback, AfterAllCallback {

    public static final long CHAIN = 31_337;
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    static final Path TOOLS = Path.of("target", "chain", "node_modules");

    private final URI endpoint = URI.create("http://127.0.0.1:" + freePort());
    private HttpService service;
    private Web3j web3;
    private Process process;
    private String account;

    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        var binary = binary();
        Assumptions.assumeTrue(binary.isPresent(), "NO ANVIL: nothing on a chain is tested");
        process = new ProcessBuilder(
                        binary.get().toString(), "--port", Integer.toString(endpoint.getPort()), "--silent")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        service = new HttpService(endpoint.toString());
        web3 = Web3j.build(service);
        account = firstAccount();
    }

    private static Optional<Path> binary() throws IOException {
        if (!Files.isDirectory(TOOLS)) {
            return Optional.empty();
        }
        try (var files = Files.walk(TOOLS, 5)) {
            return files.filter(file -> file.endsWith(Path.of("bin", "anvil")) && Files.isExecutable(file))
                    .filter(file -> file.toString().contains("anvil-"))
                    .findFirst();
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Queries the first account until the chain answers.
    private String firstAccount() throws InterruptedException {
        for (int i = 0; process.isAlive() && i < 600; i++) {
            try {
                return web3.ethAccounts().send().getAccounts().getFirst();
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new IllegalStateException("anvil did not start");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
    }

    void stop() {
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /// Calls the node, and returns its result.
    public JsonNode rpc(String method, Object... parameters) {
        var body = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
        body.set("params", JSON.valueToTree(parameters));
        var request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            var answer = JSON.readTree(
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
            if (answer.has("error")) {
                throw new IllegalStateException(method + ": " + answer.path("error"));
            }
            return answer.path("result");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    // --- contracts -----------------------------------------------------------------------------------------------

    /// Deploys a contract.
    ///
    /// @param name of the contract in `src/test/solidity/Wallets.sol`
    Address deploy(String name, Type<?>... arguments) {
        var code = "0x" + code(name) + FunctionEncoder.encodeConstructor(List.of(arguments));
        return send(null, code);
    }

    private Address send(String to, String data) {
        try {
            var gas = BigInteger.valueOf(3_000_000);
            var hash = web3.ethSendTransaction(new Transaction(account, null, null, gas, to, null, data))
                    .send()
                    .getTransactionHash();
            return new Address(receipt(hash).getContractAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits until the transaction is mined, which is soon after it was accepted.
    private TransactionReceipt receipt(String hash) throws IOException {
        var deadline = Instant.now().plusSeconds(30);
        while (Instant.now().isBefore(deadline)) {
            var receipt = web3.ethGetTransactionReceipt(hash).send().getTransactionReceipt();
            if (receipt.isPresent()) {
                return receipt.get();
            }
            Thread.onSpinWait();
        }
        throw new IllegalStateException("anvil did not mine the transaction");
    }

    String call(Address contract, String data) {
        try {
            return web3.ethCall(
                            Transaction.createEthCallTransaction(null, contract.lowerCase(), data),
                            DefaultBlockParameterName.LATEST)
                    .send()
                    .getValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isContract(Address address) {
        try {
            return web3.ethGetCode(address.lowerCase(), DefaultBlockParameterName.LATEST)
                            .send()
                            .getCode()
                            .length()
                    > 2;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Lets an account with a key delegate to a contract, as EIP-7702 writes it.
    void delegate(Address from, Address to) {
        var code = "0xef0100" + to.lowerCase().substring(2);
        try {
            new Request<>("anvil_setCode", List.of(from.lowerCase(), code), service, VoidResponse.class).send();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String code(String name) {
        try (var in = Anvil.class.getResourceAsStream(name + ".hex")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
