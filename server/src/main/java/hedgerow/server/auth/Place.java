package hedgerow.server.auth;

import hedgerow.server.http.Problem;
import hedgerow.server.http.Problem.Fault;
import hedgerow.server.http.ProblemCode;
import io.javalin.http.Context;
import java.util.Collections;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// The tenant and mode that the caller names for a request: `Hedgerow-Organization` (or the path) and
/// `Hedgerow-Livemode`.
///
/// They only pick among the caller's own; the database decides whether they are.
///
/// @param organization empty: not named
/// @param livemode empty: not named
record Place(Optional<UUID> organization, Optional<Boolean> livemode) {

    static final String ORGANIZATION = "Hedgerow-Organization";
    static final String LIVEMODE = "Hedgerow-Livemode";

    private static final String IN_PATH = "organization";
    private static final Pattern UUID_SHAPE = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /// Reads the place of a request.
    ///
    /// @throws Problem [ProblemCode#INVALID_HEADER] if it is contradictory or malformed
    static Place of(Context ctx) {
        var header =
                single(ctx, ORGANIZATION).map(text -> id(text).orElseThrow(() -> invalid(ORGANIZATION, "not an id")));
        var path =
                Optional.ofNullable(ctx.pathParamMap().get(IN_PATH)).map(text -> id(text).orElseThrow(Place::notYours));
        if (header.isPresent() && path.isPresent() && !header.equals(path)) {
            throw invalid(ORGANIZATION, "not the organization in the path");
        }
        return new Place(path.or(() -> header), single(ctx, LIVEMODE).map(Place::mode));
    }

    private static Optional<String> single(Context ctx, String name) {
        var values = Collections.list(ctx.req().getHeaders(name));
        if (values.size() > 1) {
            throw invalid(name, "given more than once");
        }
        return values.stream().findFirst();
    }

    private static Optional<UUID> id(String text) {
        return Optional.of(text).filter(t -> UUID_SHAPE.matcher(t).matches()).map(UUID::fromString);
    }

    private static boolean mode(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(LIVEMODE, "neither true nor false");
        };
    }

    /// Refuses another place than the key's own. A caller who believes that the key has another is about to
    /// do something unintended.
    void requireNoneBut(UUID ofKey, boolean livemodeOfKey) {
        if (organization.filter(picked -> !picked.equals(ofKey)).isPresent()) {
            throw notYours();
        }
        if (livemode.filter(picked -> picked != livemodeOfKey).isPresent()) {
            throw new Problem(
                    ProblemCode.FORBIDDEN, "the key is for %s data".formatted(livemodeOfKey ? "live" : "test"));
        }
    }

    /// The problem of an organization that does not exist, or is not the caller's.
    static Problem notYours() {
        return new Problem(ProblemCode.FORBIDDEN, "the caller may not act in this organization");
    }

    private static Problem invalid(String header, String why) {
        return new Problem(ProblemCode.INVALID_HEADER, "the header %s is invalid".formatted(header))
                .with(new Fault(header, why));
    }
}
