package hedgerow.server.http;

import hedgerow.mappers.customer.CustomerPaymentMethod;
import hedgerow.mappers.customer.CustomerPaymentMethodMapper;
import io.javalin.config.RoutesConfig;

/// `/v1/payment-methods`. What the provider charges is written, and never shown.
final class PaymentMethodRoutes implements Routes {

    private final Resource<CustomerPaymentMethod, CustomerPaymentMethodMapper> methods;

    PaymentMethodRoutes(Resources resources) {
        methods = resources.of(
                "payment_method",
                "/v1/payment-methods",
                CustomerPaymentMethod.class,
                CustomerPaymentMethodMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(
                "/v1/payment-methods", Resource.page(methods, CustomerPaymentMethodMapper.Filter.class), Access.READ);
        routes.get("/v1/payment-methods/{id}", methods.find(), Access.READ);
        routes.post(
                "/v1/payment-methods",
                methods.create(CustomerPaymentMethodMapper.New.class, CustomerPaymentMethodMapper::insert),
                Access.WRITE);
        routes.post(
                "/v1/payment-methods/{id}/detach",
                methods.act("detached", (on, tenant, id, version) -> on.setStatus(tenant, id, version, "detached")),
                Access.WRITE);
    }
}
