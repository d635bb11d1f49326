package hedgerow.server.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalInt;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes responses, none of which is longer than [#MOST_BYTES].
public final class Answers {

    /// The largest response. A row that a hundred others refer to is written a hundred times where it is
    /// expanded; beyond this size, the caller must request less.
    static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final String JSON = "application/json";
    private static final int DIGEST_BYTES = 16;

    private Answers() {}

    /// One row, and the bytes that are sent for it.
    ///
    /// @param version of the row, even if it is not shown
    record Written(ObjectNode row, byte[] bytes, OptionalInt version) {

        static Written of(ObjectNode row, byte[] bytes) {
            var version = row.path("version");
            return new Written(row, bytes, version.isInt() ? OptionalInt.of(version.intValue()) : OptionalInt.empty());
        }
    }

    /// Writes an object in `snake_case`, without a charset, which JSON does not have.
    ///
    /// @return its length in bytes
    public static int json(Context ctx, Object answer) {
        return json(ctx, answer, JSON);
    }

    static int json(Context ctx, Object answer, String contentType) {
        var bytes = bytes(ctx.appData(Contract.KEY).mapper(), answer);
        ctx.result(bytes).contentType(contentType);
        return bytes.length;
    }

    /// Writes one row with its tag, and its location if it is new. A caller who already has that version
    /// gets 304.
    static void one(Context ctx, int status, Written answer) {
        var row = answer.row();
        if (answer.version().isPresent()) {
            var tag = tag(ctx, answer.version().getAsInt(), answer.bytes());
            ctx.header("ETag", tag);
            if (ctx.method().equals(HandlerType.GET) && Preconditions.hasSeen(ctx, tag)) {
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
            ctx.result(answer.bytes()).contentType(JSON);
        }
    }

    static void one(Context ctx, int status, ObjectNode row) {
        one(ctx, status, Written.of(row, bytes(ctx.appData(Contract.KEY).mapper(), row)));
    }

    /// The tag of a row. The version identifies the row and nothing else: expanded rows change
    /// independently.
    private static String tag(Context ctx, int version, byte[] bytes) {
        if (ctx.queryParam("expand") == null && ctx.queryParam("fields") == null) {
            return Preconditions.tag(version);
        }
        return Preconditions.tag(version, HexFormat.of().formatHex(Sha256.of(bytes), 0, DIGEST_BYTES));
    }

    /// Serializes a response.
    ///
    /// @throws Problem [ProblemCode#ANSWER_TOO_LARGE]
    static byte[] bytes(JsonMapper mapper, Object answer) {
        var out = new Bounded();
        try {
            mapper.writeValue(out, answer);
        } catch (RuntimeException e) {
            throw out.isFull ? tooLarge() : e; // the JSON library may have wrapped it
        }
        return out.bytes.toByteArray();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Problem tooLarge() {
        return new Problem(
                ProblemCode.ANSWER_TOO_LARGE,
                "it would be longer than %d MiB; lower `limit`, expand less, or pick `fields`"
                        .formatted(MOST_BYTES / 1024 / 1024));
    }

    private static final class Bounded extends OutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);
        private boolean isFull;

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] more, int offset, int length) {
            isFull |= bytes.size() + length > MOST_BYTES;
            if (isFull) {
                throw tooLarge();
            }
            bytes.write(more, offset, length);
        }
    }
}
