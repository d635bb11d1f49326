package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.auth.World.Answer;
import hedgerow.server.http.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.abi.DefaultFunctionEncoder;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.utils.Numeric;

/// Wallets that are contracts, on a private chain.
@Tag("isolation")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContractWalletTest {

    @Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @Order(2)
    @RegisterExtension
    static final World WORLD = new World(Map.of(Anvil.CHAIN, CHAIN.endpoint()), 1_000_000);

    private static final String MAGIC = "6492".repeat(16);
    private static final Wallet OWNER = Wallet.of("owner of a contract");

    @Test
    void a_contract_signs_in_for_its_owner() {
        var account = owned();
        var first = signIn(account, "contract", OWNER::sign);
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(signIn(account, "contract", OWNER::sign).body().path("user_id"))
                .isEqualTo(first.body().path("user_id"));
        assertThat(WORLD.one(
                        "select kind || chain_id from app.user_wallet where address = '" + account.lowerCase() + "'"))
                .isEqualTo("contract" + Anvil.CHAIN);
        refused(signIn(account, "contract", Wallet.of("Mallory")::sign));
    }

    @Test
    void a_contract_that_is_not_made_yet_signs_in_and_is_not_made_by_it() {
        var factory = CHAIN.deploy("Factory");
        var account = place(factory, OWNER);
        var answer = signIn(account, "smart", message -> wrapped(factory, make(OWNER), OWNER.sign(message)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(CHAIN.isContract(account)).isFalse();
        refused(signIn(account, "smart", OWNER::sign));
        refused(signIn(
                account,
                "smart",
                message -> wrapped(factory, make(OWNER), Wallet.of("Mallory").sign(message))));
    }

    @Test
    void nobody_becomes_an_address_by_making_another() {
        var factory = CHAIN.deploy("Factory");
        var mallory = Wallet.of("Mallory");
        var victims = List.of(Wallet.of("victim").address(), place(factory, OWNER));
        for (var victim : victims) {
            refused(signIn(victim, "smart", message -> wrapped(factory, make(mallory), mallory.sign(message))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void any_answer_other_than_yes_is_no(int lie) {
        var liar = CHAIN.deploy("Liar", new Uint256(lie));
        refused(signIn(liar, "contract", OWNER::sign));
    }

    /// The call that creates an account is not run beside an existing one: it could change the account's
    /// state for that moment.
    @Test
    void nothing_else_is_called_beside_a_contract_that_exists() {
        var liar = CHAIN.deploy("Liar", new Uint256(6));
        var bend = FunctionEncoder.encode(new Function("bend", List.of(), List.of()));
        refused(signIn(liar, "contract", message -> wrapped(liar, bend, OWNER.sign(message))));
    }

    @ParameterizedTest
    @CsvSource({"0x", "0x00", "0x6492649264926492649264926492649264926492649264926492649264926492"})
    void a_signature_that_is_none_is_refused(String signature) {
        var answer = signIn(owned(), "contract", _ -> signature);
        assertThat(answer.status()).isIn(401, 422);
    }

    @Test
    void an_account_that_delegates_signs_by_its_key_and_by_its_contract() {
        var wallet = Wallet.of("delegating");
        CHAIN.delegate(wallet.address(), owned());
        var byKey = signIn(wallet.address(), "eoa", wallet::sign);
        assertThat(byKey.status()).as(byKey.text()).isEqualTo(201);
        var byContract = signIn(wallet.address(), "delegated", OWNER::sign);
        assertThat(byContract.status()).as(byContract.text()).isEqualTo(201);
        assertThat(byContract.body().path("user_id"))
                .as("what a contract says counts for what it signed up, not for what the key did")
                .isNotEqualTo(byKey.body().path("user_id"));
    }

    @Test
    void a_contract_of_a_chain_that_cannot_be_asked_is_refused() {
        var account = owned();
        var nonce = WORLD.post("/v1/auth/nonces", Map.of("address", account.checksummed(), "chain_id", 1));
        var message = nonce.body().path("message").asString();
        var answer = WORLD.post("/v1/auth/wallet-sessions", World.proof(message, OWNER.sign(message)));
        assertThat(refused(answer).text()).contains("chain 1");
    }

    @Test
    void the_compiled_contract_matches_its_source() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(Anvil.TOOLS.resolve("solc")), "NO SOLC: the bytecode is not compared");
        var main = Path.of("src", "main");
        var compiler = new ProcessBuilder(
                "node",
                main.resolve("solidity/compile.js").toString(),
                main.resolve("solidity/ValidateSignature.sol").toString(),
                "ValidateSignature");
        compiler.environment().put("NODE_PATH", Anvil.TOOLS.toAbsolutePath().toString());
        var process = compiler.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var compiled = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(compiled)
                .isEqualTo(Files.readString(main.resolve("resources/hedgerow/server/auth/ValidateSignature.hex")));
    }

    /// This test runs last, because it ends the chain.
    @Test
    @Order(Integer.MAX_VALUE)
    void a_chain_that_does_not_answer_lets_nobody_in() {
        var account = owned();
        CHAIN.stop();
        var answer = signIn(account, "contract", OWNER::sign);
        assertThat(answer.code()).isEqualTo(ProblemCode.UNAVAILABLE.slug());
        assertThat(WORLD.one("select count(*) from app.user_wallet where address = '" + account.lowerCase() + "'"))
                .isEqualTo("0");
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static Address owned() {
        return CHAIN.deploy("Owned", abi(OWNER.address()));
    }

    private static Answer signIn(Address account, String kind, java.util.function.UnaryOperator<String> signer) {
        var nonce = WORLD.post("/v1/auth/nonces", Map.of("address", account.checksummed(), "chain_id", Anvil.CHAIN));
        var message = nonce.body().path("message").asString();
        return WORLD.post(
                "/v1/auth/wallet-sessions",
                Map.of("message", message, "signature", signer.apply(message), "kind", kind));
    }

    private static Answer refused(Answer answer) {
        assertThat(answer.code()).as(answer.text()).isEqualTo(ProblemCode.INVALID_PROOF.slug());
        return answer;
    }

    /// A signature wrapped as in ERC-6492.
    private static String wrapped(Address factory, String make, String signature) {
        var arguments = new DefaultFunctionEncoder()
                .encodeParameters(List.of(
                        abi(factory),
                        new DynamicBytes(Numeric.hexStringToByteArray(make)),
                        new DynamicBytes(Numeric.hexStringToByteArray(signature))));
        return "0x" + arguments + MAGIC;
    }

    private static String make(Wallet owner) {
        return FunctionEncoder.encode(new Function("make", List.of(abi(owner.address())), List.of()));
    }

    private static Address place(Address factory, Wallet owner) {
        var call = FunctionEncoder.encode(new Function("place", List.of(abi(owner.address())), List.of()));
        var answer = CHAIN.call(factory, call);
        return new Address("0x" + answer.substring(answer.length() - 40));
    }

    private static org.web3j.abi.datatypes.Address abi(Address address) {
        return new org.web3j.abi.datatypes.Address(address.lowerCase());
    }
}
