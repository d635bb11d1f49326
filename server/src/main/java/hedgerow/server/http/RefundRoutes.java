package hedgerow.server.http;

import hedgerow.mappers.payment.Refund;
import hedgerow.mappers.payment.RefundMapper;
import io.javalin.config.RoutesConfig;

/// The routes of `/v1/refunds`. The API requests refunds; the worker carries them out.
final class RefundRoutes implements Routes {

    private final Resource<Refund, RefundMapper> refunds;

    RefundRoutes(Resources resources) {
        refunds = resources
                .of("refund", "/v1/refunds", Refund.class, RefundMapper.class)
                .closedByState("owner", "admin", "member");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/refunds", Resource.page(refunds, RefundMapper.Filter.class), Access.READ);
        routes.get("/v1/refunds/{id}", refunds.find(), Access.READ);
        routes.post("/v1/refunds", refunds.create(RefundMapper.New.class, RefundMapper::insert), Access.WRITE);
        routes.post(
                "/v1/refunds/{id}/cancel",
                refunds.act("canceled", (on, tenant, id, version) -> on.setStatus(tenant, id, version, "canceled")),
                Access.WRITE);
    }
}
