package hedgerow.server.http;

import hedgerow.mappers.Json;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.idempotency.IdempotencyKey;
import hedgerow.mappers.idempotency.IdempotencyKeyMapper;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Runs a change in one transaction, together with everything that belongs to it.
///
/// - A [DryRun] is undone, and its [#KEY] is not stored.
/// - [#KEY] on a POST: key, effect and answer are committed together or not at all. A replay repeats the
///   first answer byte for byte, except for the secrets that it showed: they are not kept.
final class Writes {

    static final String KEY = "Idempotency-Key";
    private static final String SECRET = "secret";
    private static final int LONGEST_PATH = 500;

    private final Resources home;
    private final Context ctx;
    private final int status;
    private final Function<Mappers, ObjectNode> effect;

    private Writes(Resources home, Context ctx, int status, Function<Mappers, ObjectNode> effect) {
        this.home = home;
        this.ctx = ctx;
        this.status = status;
        this.effect = effect;
    }

    /// Runs a write.
    ///
    /// @param status of the response; 204 has no body
    /// @param effect returns the response
    static void run(Resources home, Context ctx, int status, Function<Mappers, ObjectNode> effect) {
        new Writes(home, ctx, status, effect).run();
    }

    /// Whether the request repeats one that was answered before: its effect will not be called.
    static boolean isRepeated(Resources home, Context ctx) {
        return key(ctx).map(key -> home.database.read(
                        on -> on.get(IdempotencyKeyMapper.class).find(Resource.tenant(ctx), key)))
                .filter(Optional::isPresent)
                .isPresent();
    }

    private void run() {
        var request = request(); // reads the body, for which no transaction waits
        var answer = DryRun.write(
                ctx,
                home.database,
                on -> request.map(once -> once(on, once)).orElseGet(() -> written(effect.apply(on))));
        Answers.one(ctx, status, answer);
    }

    private Optional<IdempotencyKeyMapper.New> request() {
        return ctx.method().equals(HandlerType.POST) && !DryRun.isRequested(ctx)
                ? key(ctx).map(this::request)
                : Optional.empty();
    }

    private static Optional<String> key(Context ctx) {
        return Optional.ofNullable(ctx.header(KEY)).map(key -> {
            if (!key.matches("[\\x20-\\x7e]{1,255}")) {
                throw new Problem(
                        ProblemCode.INVALID_HEADER, "the %s must be 1 to 255 printable characters".formatted(KEY));
            }
            return key;
        });
    }

    private Answers.Written once(Mappers on, IdempotencyKeyMapper.New request) {
        var keys = on.get(IdempotencyKeyMapper.class);
        var tenant = Resource.tenant(ctx);
        return switch (keys.claim(tenant, request)) {
            case CLAIMED -> first(on, tenant, request.key());
            case KNOWN -> replay(request, keys.find(tenant, request.key()).orElseThrow(Writes::inFlight));
            case IN_FLIGHT -> throw inFlight();
        };
    }

    private Answers.Written first(Mappers on, TenantKey tenant, String key) {
        var answer = effect.apply(on);
        var kept = answer.deepCopy();
        kept.remove(SECRET);
        on.last(IdempotencyKeyMapper.class).answer(tenant, key, status, new Json(home.mapper.writeValueAsString(kept)));
        return written(answer);
    }

    private Answers.Written written(ObjectNode answer) {
        return Answers.Written.of(answer, Answers.bytes(home.mapper, answer));
    }

    private Answers.Written replay(IdempotencyKeyMapper.New request, IdempotencyKey first) {
        if (!home.requests.canCompare(first)) {
            throw new Problem(
                    ProblemCode.IDEMPOTENCY_MISMATCH,
                    "the server has restarted without a lasting key, and cannot tell whether this is the first request"
                            + " again; look for its effect before you send a new " + KEY);
        } else if (!home.requests.isSame(request, first)) {
            throw new Problem(ProblemCode.IDEMPOTENCY_MISMATCH, "send a new %s with a new request".formatted(KEY));
        } else if (first.responseBody() == null) {
            throw inFlight();
        }
        ctx.header("Idempotent-Replayed", "true");
        var text = first.responseBody().text();
        return Answers.Written.of((ObjectNode) home.mapper.readTree(text), Answers.utf8(text));
    }

    private static Problem inFlight() {
        return new Problem(ProblemCode.IDEMPOTENCY_IN_FLIGHT, "send it again in a moment, with the same " + KEY)
                .withHeader("Retry-After", "1");
    }

    private IdempotencyKeyMapper.New request(String key) {
        var path = ctx.path().substring(0, Math.min(ctx.path().length(), LONGEST_PATH));
        var hash = home.requests.hash(ctx.method().name(), ctx.path(), ctx.bodyAsBytes());
        return new IdempotencyKeyMapper.New(key, ctx.method().name(), path, hash);
    }
}
