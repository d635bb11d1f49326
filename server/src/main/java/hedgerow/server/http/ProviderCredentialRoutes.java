package hedgerow.server.http;

import hedgerow.mappers.provider.ProviderCredential;
import hedgerow.mappers.provider.ProviderCredentialMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/// The routes of `/v1/provider-credentials`. Their secrets are written, encrypted, and never shown.
final class ProviderCredentialRoutes implements Routes {

    private static final int HINT = 4;
    private static final int LONG_ENOUGH = 16;
    private static final int TOKEN_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final SecretBox box;
    private final Resource<ProviderCredential, ProviderCredentialMapper> credentials;

    ProviderCredentialRoutes(Resources resources, SecretBox box) {
        this.box = box;
        this.credentials = resources.quiet(
                "provider_credential",
                "/v1/provider-credentials",
                ProviderCredential.class,
                ProviderCredentialMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(
                "/v1/provider-credentials",
                Resource.page(credentials, ProviderCredentialMapper.Filter.class),
                Access.READ);
        routes.get("/v1/provider-credentials/{id}", credentials.find(), Access.READ);
        routes.post(
                "/v1/provider-credentials",
                credentials.create(this::created, ProviderCredentialMapper::insert),
                Access.WRITE);
        routes.patch(
                "/v1/provider-credentials/{id}",
                credentials.change(ProviderCredentialMapper.Change.class, ProviderCredentialMapper::update),
                Access.WRITE);
        routes.post(
                "/v1/provider-credentials/{id}/revoke",
                credentials.act("revoked", (on, tenant, id, version) -> on.setStatus(tenant, id, version, "revoked")),
                Access.WRITE);
        routes.post("/v1/provider-credentials/{id}/webhook", this::openWebhook, Access.WRITE);
        routes.post("/v1/provider-credentials/{id}/webhook-secret", this::keepWebhookSecret, Access.WRITE);
    }

    /// The last part of the address is shown once. One that was made before is closed.
    private void openWebhook(Context ctx) {
        var token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        var text = Base64.getUrlEncoder().withoutPadding().encodeToString(token);
        credentials.run(
                ctx,
                200,
                "webhook_opened",
                (on, id, version) -> on.get(ProviderCredentialMapper.class)
                        .openWebhook(Resource.tenant(ctx), id, version, Sha256.of(text)),
                (_, _, row) -> row.put("webhook_path", "/in/" + text));
    }

    private void keepWebhookSecret(Context ctx) {
        var secret = Requests.body(ctx).path("secret").asString().getBytes(StandardCharsets.UTF_8);
        credentials.run(ctx, 200, "webhook_secret_kept", (on, id, version) -> {
            var sealed = box.seal("provider_credential.webhook", Resource.tenant(ctx), id, secret);
            return on.get(ProviderCredentialMapper.class)
                    .keepWebhookSecret(
                            Resource.tenant(ctx),
                            id,
                            version,
                            new ProviderCredentialMapper.Secret(sealed.keyId(), sealed.nonce(), sealed.ciphertext()));
        });
    }

    private ProviderCredentialMapper.New created(Context ctx) {
        var body = Requests.body(ctx);
        var id = Ids.next();
        var secret = body.path("secret").asString();
        var sealed = box.seal("provider_credential", Resource.tenant(ctx), id, secret.getBytes(StandardCharsets.UTF_8));
        return new ProviderCredentialMapper.New(
                id,
                body.path("provider").asString(),
                body.path("label").asString(),
                sealed.keyId(),
                sealed.nonce(),
                sealed.ciphertext(),
                hint(secret));
    }

    /// The end of a secret, by which people recognize it; none for a short secret, of which it would reveal
    /// too much.
    private static String hint(String secret) {
        return "..."
                + (secret.length() < LONG_ENOUGH
                        ? ""
                        : secret.substring(secret.offsetByCodePoints(secret.length(), -HINT)));
    }
}
