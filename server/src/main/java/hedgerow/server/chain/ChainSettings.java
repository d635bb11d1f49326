package hedgerow.server.chain;

import hedgerow.server.http.RemoteSigner;
import hedgerow.server.settings.Check;
import hedgerow.server.settings.HexKey;
import hedgerow.server.settings.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The settings of payments on chains and of the keys of wallets.
@Setting.Group("Payments on chains")
public record ChainSettings(
        @Setting(
                value = "Encrypts the keys of server wallets at rest (AES-256-GCM). The API needs it to make wallets,"
                        + " the worker to pay from them.",
                without = "no server wallet is made, and none pays",
                secret = true,
                check = HexKey.Of32Bytes.class,
                example = "64 hexadecimal digits")
        Optional<HexKey> walletKey,

        @Setting(
                value = "Address of a remote signer, which makes and keeps the keys of new server wallets instead."
                        + " The API and the worker need it.",
                without = "keys are made here, and sealed in the database",
                check = RemoteSigner.Address.class,
                example = "https://signer.example")
        Optional<URI> walletSigner,

        @Setting(
                value = "Bearer token that the remote signer requires.",
                without = "requests to it carry no token",
                secret = true,
                example = "a-long-random-token")
        Optional<String> walletSignerToken,

        @Setting(
                value = "JSON-RPC endpoints of the chains on which orders are paid, by EIP-155 id. "
                        + "Separate several endpoints of one chain by spaces; more than half of them must "
                        + "agree.",
                without = "nothing executes on a chain",
                secret = true,
                check = Endpoints.class,
                example = "8453=https://node.example/key https://other.example/key,84532=https://test.example/key")
        Map<Long, String> chainEndpoints,

        @Setting(
                value = "Number of blocks on top of a payment's block before the payment is settled.",
                preset = "12",
                least = 1,
                most = 10_000,
                example = "3")
        int chainConfirmations,

        @Setting(value = "How often chains are polled for payments in progress.", preset = "2s", example = "0.5s")
        Duration chainPoll,

        @Setting(
                value = "How long a payment waits for its block before it is signed again with a higher fee.",
                preset = "2m",
                example = "30s")
        Duration chainStuckAfter,

        @Setting(
                value = "Highest fee for a unit of gas, in gwei. While a chain costs more, orders wait.",
                preset = "200",
                least = 1,
                most = 100_000,
                example = "50")
        int chainMaxFee) {

    public ChainSettings {
        chainEndpoints = Map.copyOf(chainEndpoints);
    }

    /// The remote signer, if there is one.
    public Optional<RemoteSigner> signer() {
        return walletSigner.map(address -> RemoteSigner.at(address, walletSignerToken));
    }

    /// The addresses of each chain.
    Map<Long, List<URI>> endpoints() {
        return chainEndpoints.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, chain -> addresses(chain.getValue())));
    }

    private static List<URI> addresses(String spaced) {
        return Arrays.stream(spaced.strip().split("\\s+")).map(URI::create).toList();
    }

    private static final class Endpoints implements Check<Map<Long, String>> {
        @Override
        public void check(Map<Long, String> chains) {
            chains.forEach((id, spaced) -> {
                if (id < 1 || !areAddresses(spaced)) {
                    throw new IllegalArgumentException("must have http or https addresses for chain " + id);
                }
            });
        }

        private static boolean areAddresses(String spaced) {
            try {
                return addresses(spaced).stream()
                        .allMatch(address -> address.getHost() != null
                                && String.valueOf(address.getScheme()).matches("https?"));
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }
}
