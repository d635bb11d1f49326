package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The ways to pay twice, or to reach where nobody should: each is put into the code on purpose, and a test must
/// notice that passes without it.
///
/// A turn that ends without listening is in `LostWakeTest`, and an event that is published twice in `DeliveryTest`.
/// In `ExecutionCrashTest` another worker overtakes one whose view is then old.
class BrokenOnPurposeTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String SERVER = "server/src/main/java/hedgerow/server/";
    private static final String CRASHES = "hedgerow.server.chain.ExecutionCrashTest";
    private static final String DEPOSITS = "hedgerow.server.chain.DepositsTest";
    private static final String RECEIVING = "mappers/src/main/java/hedgerow/mappers/work/ReceivingMapper.xml";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    /// A fault.
    ///
    /// @param file that has it: a class, or the statements of a mapper
    /// @param right text of the file, once
    /// @param wrong text in its place
    /// @param test that must fail: a class, or a method of one
    private record Fault(String name, String file, String right, String wrong, String test) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Fault> faults() {
        return Stream.of(onChains(), ofStrangers(), atProviders()).flatMap(faults -> faults);
    }

    private static Stream<Fault> onChains() {
        return Stream.of(
                new Fault(
                        "a signature is sent before it is stored",
                        SERVER + "chain/Signatures.java",
                        "signatures.get(i).map(one -> TransactionEncoder.encode(transactions.get(i), one)))",
                        """
                        signatures.get(i).map(one -> {
                            var raw = TransactionEncoder.encode(transactions.get(i), one);
                            chain.send(List.of(raw));
                            return raw;
                        }))\
                        """,
                        CRASHES + "#an_order_is_paid_exactly_once_wherever_the_worker_dies(" + CRASHES + "$Where)"),
                new Fault(
                        "a payment without a receipt gets another nonce",
                        SERVER + "chain/Signatures.java",
                        "BigInteger.valueOf(nonce.nonce()),",
                        "BigInteger.valueOf(nonce.nonce() + version.number() - 1),",
                        "hedgerow.server.chain.ExecutionTest"
                                + "#a_stuck_payment_is_signed_again_with_a_higher_fee_and_paid_once"),
                new Fault(
                        "a payment is settled whoever settled it before",
                        SERVER + "chain/Settlement.java",
                        ".filter(one -> ids.contains(one.nonce().orderId()))",
                        "",
                        CRASHES + "#a_worker_that_another_one_overtakes_anywhere_changes_nothing(" + CRASHES
                                + "$Where)"));
    }

    private static Stream<Fault> ofStrangers() {
        return Stream.of(
                new Fault(
                        "a block is believed before it is deep enough",
                        SERVER + "chain/Incoming.java",
                        "- confirmations;",
                        "- 0;",
                        DEPOSITS + "#a_payment_that_a_reorganization_removes_is_not_settled(java.lang.String)"),
                new Fault(
                        "a transaction that was reverted has paid",
                        SERVER + "chain/Incoming.java",
                        "Node.quantity(receipt.path(\"status\")).signum() > 0",
                        "true",
                        DEPOSITS + "#a_payment_that_is_reverted_has_not_paid"),
                new Fault(
                        "the amount of a deposit does not matter",
                        RECEIVING,
                        "and r.recipient = d.recipient and r.amount = d.amount",
                        "and r.recipient = d.recipient and r.amount > 0",
                        DEPOSITS + "#another_amount_settles_nothing_and_waits_for_a_person(java.lang.String, long)"),
                new Fault(
                        "a request ends while payments in time are not read yet",
                        RECEIVING,
                        "and r.expires_at &lt; s.scanned_until\n                  and not exists",
                        "and not exists",
                        DEPOSITS + "#a_payment_in_time_counts_however_late_it_is_noticed"));
    }

    private static Stream<Fault> atProviders() {
        return Stream.of(
                new Fault(
                        "a charge without an answer has failed",
                        SERVER + "provider/HttpProviders.java",
                        "outcome = new PaymentOutcome.Unknown(e.getMessage());",
                        "outcome = new PaymentOutcome.Declined(Optional.empty(), e.getMessage());",
                        "hedgerow.server.provider.HttpProvidersTest"
                                + "#a_timeout_leaves_the_attempt_unknown_until_it_is_looked_up"),
                new Fault(
                        "each try of a charge has an idempotency key of its own",
                        SERVER + "provider/HttpProviders.java",
                        "request.idempotencyKey(),",
                        "request.idempotencyKey() + \"-\" + System.nanoTime(),",
                        "hedgerow.server.provider.HttpProvidersTest"
                                + "#whatever_the_provider_does_an_order_is_charged_once(java.lang.String)"),
                new Fault(
                        "the address of a webhook is checked where its name is looked up",
                        SERVER + "work/WebhookSender.java",
                        ".socketFactory(new GuardedSockets(allowed))",
                        """
                        .dns(host -> {
                            var found = okhttp3.Dns.SYSTEM.lookup(host);
                            if (!found.stream().allMatch(allowed)) {
                                throw new UnknownHostException(host);
                            }
                            return found;
                        })\
                        """,
                        "hedgerow.server.work.WebhookSenderTest"
                                + "#no_delivery_leads_into_the_operators_network(java.lang.String)"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void a_test_notices(Fault fault) throws Exception {
        var first = broken(fault);
        var output = folder.resolve("output.txt");
        var process = new ProcessBuilder(command(first, fault.test()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(OneTest.FAILED);
    }

    /// The folder with the broken file, before all others on the class path.
    private Path broken(Fault fault) throws IOException {
        var source = Files.readString(ROOT.resolve(fault.file()));
        assertThat(source).containsOnlyOnce(fault.right());
        var first = folder.resolve("broken");
        var file = first.resolve(fault.file().replaceFirst(".*/src/main/java/", ""));
        Files.createDirectories(file.getParent());
        Files.writeString(file, source.replace(fault.right(), fault.wrong()));
        if (fault.file().endsWith(".java")) {
            compile(file);
        }
        return first;
    }

    private static void compile(Path file) {
        var classPath = System.getProperty("java.class.path");
        var options = new String[] {"-proc:none", "-parameters", "-nowarn", "-cp", classPath, file.toString()};
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, options))
                .as("the fault compiles")
                .isZero();
    }

    private static List<String> command(Path first, String test) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED"));
        Stream.of("hedgerow.postgres", "hedgerow.database", "hedgerow.url")
                .filter(name -> System.getProperty(name) != null)
                .forEach(name -> command.add("-D%s=%s".formatted(name, System.getProperty(name))));
        command.addAll(List.of("-cp", first + File.pathSeparator + System.getProperty("java.class.path")));
        command.addAll(List.of(OneTest.class.getName(), test));
        return command;
    }
}
