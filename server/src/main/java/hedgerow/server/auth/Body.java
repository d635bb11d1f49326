package hedgerow.server.auth;

import hedgerow.server.http.Problem;
import hedgerow.server.http.Problem.Fault;
import hedgerow.server.http.ProblemCode;
import hedgerow.server.http.Requests;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The body of a request to sign in, link or unlink. Its shape has been checked against the OpenAPI document.
record Body(ObjectNode json) {

    private static final Set<String> OF_KEYS = Set.of("eoa", "server", "in_app");
    private static final Set<String> OF_CONTRACTS = Set.of("contract", "smart", "delegated");

    static Body of(Context ctx) {
        return new Body(Requests.body(ctx));
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(json.path(name).stringValue(null));
    }

    private String required(String name) {
        return text(name).orElseThrow();
    }

    /// The signed text: as it is, or assembled from the fields of a [LoginPayload].
    String message() {
        if (json.hasNonNull("message") == json.hasNonNull("payload")) {
            throw fault("/message", "give either `message` or `payload`");
        }
        return text("message").orElseGet(() -> payload().text());
    }

    private LoginPayload payload() {
        var fields = new Body((ObjectNode) json.path("payload"));
        return new LoginPayload(
                fields.required("domain"),
                fields.required("address"),
                fields.required("statement"),
                fields.required("uri"),
                fields.required("version"),
                fields.required("chain_id"),
                fields.required("nonce"),
                fields.required("issued_at"),
                fields.required("expiration_time"),
                fields.required("invalid_before"));
    }

    String signature() {
        return required("signature");
    }

    String token() {
        return required("token");
    }

    Purpose purpose() {
        return Purpose.of(required("purpose"));
    }

    Address address() {
        return text("address")
                .flatMap(Address::parse)
                .orElseThrow(() -> fault("/address", "must be an address with its EIP-55 checksum"));
    }

    long chainId() {
        return json.path("chain_id").asLong(1);
    }

    /// The declared kind of the wallet, or the simplest that fits the proof.
    String kind(WalletProof proof) {
        var kinds = switch (proof) {
            case WalletProof.ByKey _ -> OF_KEYS;
            case WalletProof.ByContract _ -> OF_CONTRACTS;
        };
        var plain = proof.chainId() == 0 ? "eoa" : "contract";
        return text("kind")
                .map(kind -> {
                    if (!kinds.contains(kind)) {
                        throw fault("/kind", "does not fit the proof; use another kind, such as " + plain);
                    }
                    return kind;
                })
                .orElse(plain);
    }

    private static Problem fault(String field, String message) {
        return new Problem(ProblemCode.INVALID_BODY, "A field is missing, or its value does not fit.")
                .with(new Fault(field, message));
    }
}
