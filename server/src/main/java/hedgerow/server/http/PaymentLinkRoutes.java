package hedgerow.server.http;

import hedgerow.mappers.payment.PaymentLink;
import hedgerow.mappers.payment.PaymentLinkMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.security.SecureRandom;
import java.util.Base64;

/// The routes of `/v1/payment-links`.
final class PaymentLinkRoutes implements Routes {

    private static final int TOKEN_BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Resources resources;
    private final Resource<PaymentLink, PaymentLinkMapper> links;

    PaymentLinkRoutes(Resources resources) {
        this.resources = resources;
        this.links = resources
                .of("payment_link", "/v1/payment-links", PaymentLink.class, PaymentLinkMapper.class)
                .closedByState("owner", "admin", "member");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/payment-links", Resource.page(links, PaymentLinkMapper.Filter.class), Access.READ);
        routes.get("/v1/payment-links/{id}", links.find(), Access.READ);
        routes.post("/v1/payment-links", links.create(this::created, PaymentLinkMapper::insert), Access.WRITE);
        routes.patch(
                "/v1/payment-links/{id}",
                links.change(PaymentLinkMapper.Change.class, PaymentLinkMapper::update),
                Access.WRITE);
        routes.post("/v1/payment-links/{id}/disable", links.act("disabled", status("disabled")), Access.WRITE);
        routes.post("/v1/payment-links/{id}/enable", links.act("enabled", status("active")), Access.WRITE);
    }

    private static Resource.Action<PaymentLinkMapper, PaymentLink> status(String status) {
        return (on, tenant, id, version) -> on.setStatus(tenant, id, version, status);
    }

    /// The new link. The server chooses the public part of the address, so that nobody can guess it.
    private PaymentLinkMapper.New created(Context ctx) {
        var token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        var body = Requests.body(ctx)
                .put("token", Base64.getUrlEncoder().withoutPadding().encodeToString(token));
        return Bodies.bind(resources.mapper, body, PaymentLinkMapper.New.class, ProblemCode.INVALID_BODY);
    }
}
