package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.idempotency.IdempotencyKey;
import hedgerow.mappers.idempotency.IdempotencyKeyMapper;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Runs a change in one transaction, together with all that belongs to it.
///
/// - `Prefer: tx=rollback` tries it, deferred constraints included, answers as if it had happened, and undoes
/// it.
/// - [#KEY] on a POST: key, effect and answer are committed together or not at all. Secrets that an answer
///   shows are not kept: a replay is without them.
final class Writes {

    private static final String ROLLBACK = "tx=rollback";
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

    /// @param status of the answer; 204 has no body
    /// @param effect returns what is to be answered
    static void run(Resources home, Context ctx, int status, Function<Mappers, ObjectNode> effect) {
        new Writes(home, ctx, status, effect).run();
    }

    private void run() {
        if (ROLLBACK.equals(ctx.header("Prefer"))) {
            var answer = home.database.dryRun(effect);
            ctx.header("Preference-Applied", ROLLBACK);
            Answers.one(ctx, status, answer);
        } else {
            // Reads the body, for which no transaction waits.
            var request =
                    key().filter(_ -> ctx.method().equals(HandlerType.POST)).map(this::request);
            Answers.one(
                    ctx,
                    status,
                    home.database.write(
                            on -> request.map(once -> once(on, once)).orElseGet(() -> effect.apply(on))));
        }
    }

    private Optional<String> key() {
        return Optional.ofNullable(ctx.header(KEY)).map(key -> {
            if (!key.matches("[\\x20-\\x7e]{1,255}")) {
                throw new Problem(ProblemCode.INVALID_HEADER, KEY + " has 1 to 255 printable characters");
            }
            return key;
        });
    }

    private ObjectNode once(Mappers on, IdempotencyKeyMapper.New request) {
        var keys = on.get(IdempotencyKeyMapper.class);
        var tenant = Resource.tenant(ctx);
        return switch (keys.claim(tenant, request)) {
            case CLAIMED -> first(on, keys, tenant, request.key());
            case KNOWN -> replay(request, keys.find(tenant, request.key()).orElseThrow(Writes::inFlight));
            case IN_FLIGHT -> throw inFlight();
        };
    }

    private ObjectNode first(Mappers on, IdempotencyKeyMapper keys, TenantKey tenant, String key) {
        var answer = effect.apply(on);
        var kept = answer.deepCopy();
        kept.remove(SECRET);
        keys.answer(tenant, key, status, new hedgerow.mappers.Json(kept.toString()));
        return answer;
    }

    private ObjectNode replay(IdempotencyKeyMapper.New request, IdempotencyKey first) {
        if (!MessageDigest.isEqual(first.requestHash(), request.requestHash())) {
            throw new Problem(ProblemCode.IDEMPOTENCY_MISMATCH, "use a new key for a new request");
        } else if (first.responseBody() == null) {
            throw inFlight();
        }
        ctx.header("Idempotent-Replayed", "true");
        return (ObjectNode) home.mapper.readTree(first.responseBody().text());
    }

    private static Problem inFlight() {
        return new Problem(ProblemCode.IDEMPOTENCY_IN_FLIGHT, "try again, with the same key")
                .withHeader("Retry-After", "1");
    }

    private IdempotencyKeyMapper.New request(String key) {
        var path = ctx.path().substring(0, Math.min(ctx.path().length(), LONGEST_PATH));
        return new IdempotencyKeyMapper.New(key, ctx.method().name(), path, hash());
    }

    private byte[] hash() {
        var request = ctx.method().name() + " " + ctx.path() + "\n";
        return Sha256.of(request.getBytes(StandardCharsets.UTF_8), ctx.bodyAsBytes());
    }
}
