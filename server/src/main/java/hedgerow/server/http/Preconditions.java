package hedgerow.server.http;

import io.javalin.http.Context;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `If-Match` and `If-None-Match` (RFC 9110).
///
/// The tag of a row is its version, `"7"`. With `expand` or `fields` it is `"7-<digest>"`: the digest tells
/// one representation from another, and a change looks at the version alone.
final class Preconditions {

    private static final Pattern TAG = Pattern.compile("\"([0-9]{1,9})(-[0-9a-f]{32})?\"");

    private Preconditions() {}

    static String tag(int version) {
        return "\"%d\"".formatted(version);
    }

    static String tag(int version, String digest) {
        return "\"%d-%s\"".formatted(version, digest);
    }

    /// The version that `If-Match` names; empty if any version is fine.
    static Optional<Integer> version(Context ctx) {
        return Optional.ofNullable(ctx.header("If-Match"))
                .filter(tag -> !tag.equals("*"))
                .map(TAG::matcher)
                .map(tag -> {
                    if (!tag.matches()) {
                        throw failed(); // it is no tag of ours, and so matches none
                    }
                    return Integer.parseInt(tag.group(1));
                });
    }

    static void require(Context ctx, int version) {
        if (version(ctx).map(seen -> seen != version).orElse(false)) {
            throw failed();
        }
    }

    /// Whether `If-None-Match` names this tag, weak or not.
    static boolean hasSeen(Context ctx, String tag) {
        return Optional.ofNullable(ctx.header("If-None-Match")).stream()
                .flatMap(header -> Stream.of(header.split(",")))
                .map(seen -> seen.strip().replaceFirst("^W/", ""))
                .anyMatch(seen -> seen.equals(tag) || seen.equals("*"));
    }

    static Problem failed() {
        return new Problem(
                ProblemCode.PRECONDITION_FAILED,
                "the row has another version by now; read it again before changing it");
    }
}
