package hedgerow.server.http;

import io.javalin.http.Context;
import java.util.Optional;

/// `If-Match` and `If-None-Match` (RFC 9110): a row's tag is its version.
final class Preconditions {

    private static final String TAG = "\"[0-9]{1,9}\"";

    private Preconditions() {}

    static String tag(int version) {
        return "\"%d\"".formatted(version);
    }

    /// The version that the caller has seen; empty if any will do.
    static Optional<Integer> version(Context ctx) {
        return Optional.ofNullable(ctx.header("If-Match"))
                .filter(tag -> !tag.equals("*"))
                .map(tag -> {
                    if (!tag.matches(TAG)) {
                        throw failed(); // no tag of ours, so it matches none
                    }
                    return Integer.parseInt(tag.substring(1, tag.length() - 1));
                });
    }

    static void require(Context ctx, int version) {
        if (version(ctx).map(seen -> seen != version).orElse(false)) {
            throw failed();
        }
    }

    static Problem failed() {
        return new Problem(ProblemCode.PRECONDITION_FAILED, "read it again: it has another version now");
    }
}
