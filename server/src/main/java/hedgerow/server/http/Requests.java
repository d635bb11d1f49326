package hedgerow.server.http;

import io.javalin.http.Context;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// Reads the parts of a request that [Gate] has let through.
public final class Requests {

    private Requests() {}

    /// The caller, on any route that is not [Access#PUBLIC].
    public static Caller caller(Context ctx) {
        return Exchange.current()
                .caller()
                .orElseThrow(() -> new IllegalStateException("nobody has been authenticated"));
    }

    /// The body, checked against the OpenAPI document.
    ///
    /// @throws Problem if it does not match
    public static ObjectNode body(Context ctx) {
        return ctx.appData(Contract.KEY).body(ctx);
    }

    /// The id in the path. Text that is not an id is treated like the id of a row that does not exist.
    ///
    /// @throws Problem [ProblemCode#NOT_FOUND]
    public static UUID id(Context ctx, String name) {
        var text = ctx.pathParam(name);
        if (!text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            throw notFound();
        }
        return UUID.fromString(text);
    }

    /// The problem of a row that does not exist, is another tenant's, or is in the other mode.
    public static Problem notFound() {
        return new Problem(ProblemCode.NOT_FOUND, "it does not exist, or belongs to another organization or mode");
    }
}
