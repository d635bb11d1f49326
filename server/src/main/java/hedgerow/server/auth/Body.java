package hedgerow.server.auth;

import hedgerow.server.http.Problem;
import hedgerow.server.http.Problem.Fault;
import hedgerow.server.http.ProblemCode;
import hedgerow.server.http.Requests;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// What a request of these routes says. Its shape has been checked against the OpenAPI document.
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

    String message() {
        return required("message");
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
                .orElseThrow(() -> fault("/address", "needed, with the checksum of EIP-55"));
    }

    long chainId() {
        return json.path("chain_id").asLong(1);
    }

    /// As it is declared, or the plainest that fits the proof.
    String kind(WalletProof proof) {
        var kinds = switch (proof) {
            case WalletProof.ByKey _ -> OF_KEYS;
            case WalletProof.ByContract _ -> OF_CONTRACTS;
        };
        var plain = proof.chainId() == 0 ? "eoa" : "contract";
        return text("kind")
                .map(kind -> {
                    if (!kinds.contains(kind)) {
                        throw fault("/kind", "the wallet has shown another kind, such as " + plain);
                    }
                    return kind;
                })
                .orElse(plain);
    }

    private static Problem fault(String field, String message) {
        return new Problem(ProblemCode.INVALID_BODY, "it does not say what is needed").with(new Fault(field, message));
    }
}
