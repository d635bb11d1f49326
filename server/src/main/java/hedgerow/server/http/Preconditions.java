package hedgerow.server.http;

import io.javalin.http.Context;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The headers `If-Match` and `If-None-Match` (RFC 9110).
///
/// The tag of a row is its version, `"7"`. With `expand` or `fields` it is `"7-<digest>"`: the digest
/// distinguishes representations, and a change compares the version alone.
final class Preconditions {

    private static final String TAG = "(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"";
    private static final Pattern TAGS = Pattern.compile(TAG);
    private static final Pattern LIST = Pattern.compile("[ \t,]*%1$s([ \t]*,[ \t,]*%1$s)*[ \t,]*".formatted(TAG));
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,9})(-[0-9a-f]{32})?");

    private Preconditions() {}

    static String tag(int version) {
        return "\"%d\"".formatted(version);
    }

    static String tag(int version, String digest) {
        return "\"%d-%s\"".formatted(version, digest);
    }

    /// The versions that `If-Match` names, none if all its tags are weak or not ours; empty if any version
    /// is acceptable.
    private static Optional<Set<Integer>> versions(Context ctx) {
        var header = String.join(", ", Collections.list(ctx.req().getHeaders("If-Match")));
        if (header.isEmpty() || header.strip().equals("*")) {
            return Optional.empty();
        } else if (!LIST.matcher(header).matches()) {
            throw new Problem(
                    ProblemCode.INVALID_HEADER,
                    "If-Match is not a list of tags; send the ETag of the row, in its quotes");
        }
        return Optional.of(TAGS.matcher(header)
                .results()
                .filter(tag -> tag.group(1) == null)
                .map(tag -> VERSION.matcher(tag.group(2)))
                .filter(Matcher::matches)
                .map(tag -> Integer.valueOf(tag.group(1)))
                .collect(Collectors.toSet()));
    }

    /// The version that a change requires: the one that `If-Match` names, or of several the current one;
    /// null if any version is acceptable.
    static Integer version(Context ctx, IntSupplier current) {
        return versions(ctx)
                .map(seen ->
                        seen.size() == 1 ? seen.iterator().next() : Integer.valueOf(required(seen, current.getAsInt())))
                .orElse(null);
    }

    static void require(Context ctx, int version) {
        versions(ctx).ifPresent(seen -> required(seen, version));
    }

    private static int required(Set<Integer> seen, int version) {
        if (!seen.contains(version)) {
            throw failed();
        }
        return version;
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
                "the row has changed since it was read; read it again before changing it");
    }
}
