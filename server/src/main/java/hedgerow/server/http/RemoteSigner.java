package hedgerow.server.http;

import hedgerow.mappers.TenantKey;
import hedgerow.server.settings.Check;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A signer over HTTP, which makes the keys of wallets and keeps them: what an operator puts before a KMS or an HSM.
/// Each request names the wallet and its tenant, so that the signer can hold a key to its own wallet.
public final class RemoteSigner {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final MediaType JSON = MediaType.get("application/json");
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MOST_BYTES = 10_000;
    private static final int DIGITS_OF_SIGNATURE = 128;

    private final URI address;
    private final Optional<String> token;
    private final OkHttpClient client = new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false) // a key is made once
            .callTimeout(PATIENCE)
            .build();

    private RemoteSigner(URI address, Optional<String> token) {
        this.address = address;
        this.token = token;
    }

    /// A signer.
    ///
    /// @param address without a path or with one, to which `/wallets` and `/sign` are appended
    /// @param token a bearer token
    public static RemoteSigner at(URI address, Optional<String> token) {
        return new RemoteSigner(address, token);
    }

    /// Makes the key of a new wallet.
    ///
    /// @return its address, in lower case
    public String make(TenantKey tenant, UUID wallet) {
        return answer("/wallets", subject(tenant, wallet))
                .map(answer -> answer.path("address").asString(""))
                .filter(made -> made.matches("0x[0-9a-fA-F]{40}"))
                .map(String::toLowerCase)
                .orElseThrow(() -> new Problem(
                        ProblemCode.UNAVAILABLE, "the signer of wallets made no key; its operator must look into it"));
    }

    /// Signs a digest with the key of a wallet.
    ///
    /// @param digest 32 bytes
    /// @return `r` and `s`, 64 bytes; empty if the signer is unreachable or refuses
    public Optional<byte[]> sign(TenantKey tenant, UUID wallet, String from, byte[] digest) {
        var body = subject(tenant, wallet)
                .put("address", from)
                .put("digest", "0x" + HexFormat.of().formatHex(digest));
        return answer("/sign", body)
                .map(answer -> answer.path("signature").asString(""))
                .filter(signature -> signature.matches("0x[0-9a-fA-F]{128}([0-9a-fA-F]{2})?"))
                .map(signature -> HexFormat.of().parseHex(signature, 2, 2 + DIGITS_OF_SIGNATURE));
    }

    private static ObjectNode subject(TenantKey tenant, UUID wallet) {
        return MAPPER.createObjectNode()
                .put("organization_id", tenant.organization().toString())
                .put("livemode", tenant.livemode())
                .put("wallet_id", wallet.toString());
    }

    private Optional<JsonNode> answer(String path, ObjectNode body) {
        var request = new Request.Builder()
                .url(address.toString().replaceAll("/+$", "") + path)
                .post(RequestBody.create(body.toString(), JSON));
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        try (var answer = client.newCall(request.build()).execute()) {
            var source = answer.body().source();
            return answer.isSuccessful() && !source.request(MOST_BYTES)
                    ? Optional.of(MAPPER.readTree(source.readByteArray()))
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /// The address of a signer, which sees digests and a token: https, or this machine.
    public static final class Address implements Check<URI> {
        @Override
        public void check(URI address) {
            var host = String.valueOf(address.getHost());
            if (!"https".equals(address.getScheme())
                    && !("http".equals(address.getScheme()) && host.matches("localhost|127[.][0-9.]+|\\[::1]"))) {
                throw new IllegalArgumentException("must be an https address, or one of this machine");
            }
        }
    }
}
