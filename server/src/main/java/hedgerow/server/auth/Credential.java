package hedgerow.server.auth;

import hedgerow.server.http.Problem;
import hedgerow.server.http.Problem.Fault;
import hedgerow.server.http.ProblemCode;
import io.javalin.http.Context;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The only credential of a request, in its only place: `Authorization: Bearer ...`.
sealed interface Credential {

    record Key(Token token) implements Credential {}

    record Session(Token token) implements Credential {}

    record Jwt(String token) implements Credential {

        @Override
        public String toString() {
            return "Jwt[...]";
        }
    }

    /// A header in which gateways look for a key: a gateway in front of us would accept another caller than
    /// we do.
    String ELSEWHERE = "X-Api-Key";

    Set<String> QUERY_NAMES = Set.of("access_token", "api_key", "apikey", "authorization", "key", "session", "token");

    Pattern OURS = Pattern.compile("\\bh(k_live|k_test|s|i)_[0-9A-Za-z]");
    Pattern BEARER = Pattern.compile("(?i:Bearer) ([A-Za-z0-9._~+/-]{1,8192}=*)");

    /// Reads the credential.
    ///
    /// @throws Problem [ProblemCode#INVALID_HEADER] or [ProblemCode#INVALID_PARAMETER] if there is more
    ///     than one, or in the wrong place; [ProblemCode#UNAUTHENTICATED] if there is none, or none of a
    ///     valid form
    static Credential of(Context ctx) {
        requireCleanAddress(ctx);
        var headers = headers(ctx, "Authorization");
        if (headers.size() > 1 || !headers(ctx, ELSEWHERE).isEmpty()) {
            throw new Problem(ProblemCode.INVALID_HEADER, "send one credential, in one Authorization header");
        }
        if (headers.isEmpty()) {
            throw unauthenticated("send Authorization: Bearer and an API key, a JWT, or the token of a session");
        }
        return read(headers.getFirst());
    }

    private static Credential read(String header) {
        var bearer = BEARER.matcher(header);
        if (!bearer.matches()) {
            throw unauthenticated("the Authorization header is not Bearer and one token");
        }
        var text = bearer.group(1);
        return Token.parse(text)
                .<Credential>map(token -> switch (token.kind()) {
                    case LIVE_KEY, TEST_KEY -> new Key(token);
                    case SESSION -> new Session(token);
                    case INVITATION -> throw refused();
                })
                .orElseGet(() -> {
                    if (!text.contains(".")) {
                        throw refused();
                    }
                    return new Jwt(text);
                });
    }

    /// Refuses credentials in the address, because addresses end up in logs, histories and referrers.
    private static void requireCleanAddress(Context ctx) {
        ctx.queryParamMap().forEach((name, values) -> {
            if (QUERY_NAMES.contains(name)
                    || values.stream().anyMatch(value -> OURS.matcher(value).find())) {
                throw new Problem(
                                ProblemCode.INVALID_PARAMETER,
                                "send credentials in the Authorization header; replace one that was sent in an address")
                        .with(new Fault(QUERY_NAMES.contains(name) ? name : "query", "not here"));
            }
        });
    }

    private static List<String> headers(Context ctx, String name) {
        return Collections.list(ctx.req().getHeaders(name));
    }

    /// The problem of every invalid key and session: mistyped, unknown, revoked, expired.
    static Problem refused() {
        return unauthenticated("the credential is invalid, expired or revoked");
    }

    static Problem unauthenticated(String detail) {
        return new Problem(ProblemCode.UNAUTHENTICATED, detail).withHeader("WWW-Authenticate", "Bearer");
    }
}
