package hedgerow.server.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/// How answers are written.
public final class Answers {

    private static final String JSON = "application/json";

    private Answers() {}

    /// In `snake_case`; JSON has no charset.
    public static void json(Context ctx, Object answer) {
        json(ctx, answer, JSON);
    }

    /// One row: with its version as its tag, and where it is, if it is new. A caller who has that version gets none.
    static void one(Context ctx, int status, ObjectNode row) {
        if (row.path("version").isInt()) {
            var tag = Preconditions.tag(row.path("version").intValue());
            ctx.header("ETag", tag);
            if (ctx.method().equals(HandlerType.GET) && tag.equals(ctx.header("If-None-Match"))) {
                ctx.status(304);
                return;
            }
        }
        if (status == 201) {
            ctx.header("Location", ctx.path() + "/" + row.path("id").asString());
        }
        ctx.status(status);
        if (status == 204) {
            return;
        }
        if (Withheld.cutsWrites(ctx)) {
            json(ctx, Withheld.written(row), Withheld.WRITTEN_TYPE);
        } else {
            json(ctx, row);
        }
    }

    static void json(Context ctx, Object answer, String contentType) {
        var text = ctx.jsonMapper().toJsonString(answer, answer.getClass());
        ctx.result(text.getBytes(StandardCharsets.UTF_8)).contentType(contentType);
    }
}
