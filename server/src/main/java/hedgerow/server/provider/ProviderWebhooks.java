package hedgerow.server.provider;

import hedgerow.mappers.Database;
import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.ChargeMapper;
import hedgerow.mappers.work.ProviderWay;
import hedgerow.mappers.work.TurnMapper;
import hedgerow.mappers.work.WebhookSecret;
import hedgerow.rls.bind.Tenant;
import hedgerow.server.http.Access;
import hedgerow.server.http.PerMinute;
import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import hedgerow.server.http.Requests;
import hedgerow.server.http.Routes;
import hedgerow.server.http.SecretBox;
import hedgerow.server.http.Sha256;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// `/in/{token}`: where webhooks of providers come in, in a process that runs the worker.
///
/// A webhook is a hint to look the payment up, never a fact. A caller without the token of an address costs one look-up
/// by a primary key, a bounded number of times a minute; one with a token and no signature, two statements.
public final class ProviderWebhooks implements Routes {

    private static final String WORKER = "system:worker";
    private static final int MOST_BYTES = 1 << 16;
    private static final int PER_MINUTE = 600;
    private static final int AT_ONCE = 8;
    private static final String TOKEN = "[0-9A-Za-z_-]{43}";

    private final Map<String, Protocol> protocols = Protocol.all();
    private final PerMinute<String> perAddress = new PerMinute<>(PER_MINUTE);
    private final Semaphore free = new Semaphore(AT_ONCE);
    private volatile Optional<Inside> inside = Optional.empty();

    private record Inside(Database unbound, Database bound, SecretBox secrets) {}

    /// Lets webhooks in from now on.
    ///
    /// @param unbound runs the statement that no tenant is bound for
    /// @param bound binds each connection to the tenant in scope, as the worker's login
    public void open(Database unbound, Database bound, SecretBox secrets) {
        inside = Optional.of(new Inside(unbound, bound, secrets));
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.post("/in/{token}", this::receive, Access.PUBLIC);
    }

    private void receive(Context ctx) throws IOException {
        var within = inside.filter(_ -> ctx.pathParam("token").matches(TOKEN)).orElseThrow(Requests::notFound);
        if (!perAddress.of(ctx.ip()).tryConsume(1)) {
            throw busy();
        }
        var body = ctx.bodyInputStream().readNBytes(MOST_BYTES + 1); // a slow sender keeps nobody else out
        if (body.length > MOST_BYTES) {
            throw new Problem(ProblemCode.BODY_TOO_LARGE, "a webhook may have 64 KiB");
        }
        if (!free.tryAcquire()) {
            throw busy();
        }
        try {
            receive(ctx, within, body);
        } finally {
            free.release();
        }
        ctx.contentType("application/json").result("{\"received\":true}");
    }

    private static Problem busy() {
        return new Problem(ProblemCode.RATE_LIMITED, "send the webhook again in a while")
                .withHeader("Retry-After", "5");
    }

    private void receive(Context ctx, Inside within, byte[] body) {
        var hash = Sha256.of(ctx.pathParam("token"));
        var way =
                within.unbound().read(on -> on.get(TurnMapper.class).way(hash)).orElseThrow(Requests::notFound);
        var tenant = new TenantKey(way.organizationId(), way.livemode());
        Tenant.of(way.organizationId(), WORKER, way.livemode()).run(() -> keep(ctx, within, tenant, way, body));
    }

    private void keep(Context ctx, Inside within, TenantKey tenant, ProviderWay way, byte[] body) {
        var sealed = within.bound()
                .read(on -> on.get(ChargeMapper.class).webhookSecret(tenant, way.credentialId()))
                .orElseThrow(Requests::notFound);
        var notice = secret(within, tenant, way, sealed)
                .flatMap(secret -> protocols
                        .get(sealed.provider())
                        .verify(body, ctx::header, secret, tenant.livemode(), Instant.now()))
                .orElseThrow(() -> new Problem(
                        ProblemCode.UNAUTHENTICATED, "the signature is not of this endpoint's secret, or too old"));
        within.bound().write(on -> {
            var charges = on.get(ChargeMapper.class);
            var kept = charges.receive(
                    tenant,
                    way.credentialId(),
                    notice.id(),
                    notice.type(),
                    new Json(notice.payload()),
                    notice.payment().orElse(null));
            return kept == 0
                    ? 0
                    : charges.processed(
                            tenant,
                            sealed.provider(),
                            notice.id(),
                            notice.payment().isPresent() ? "processed" : "ignored");
        });
    }

    private Optional<String> secret(Inside within, TenantKey tenant, ProviderWay way, WebhookSecret sealed) {
        return Optional.ofNullable(sealed.keyId())
                .filter(_ -> protocols.containsKey(sealed.provider()))
                .flatMap(keyId -> within.secrets()
                        .open(
                                "provider_credential.webhook",
                                tenant,
                                way.credentialId(),
                                new SecretBox.Sealed(keyId, sealed.nonce(), sealed.ciphertext())))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
