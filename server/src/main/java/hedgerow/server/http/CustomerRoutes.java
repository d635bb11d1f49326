package hedgerow.server.http;

import hedgerow.mappers.customer.Customer;
import hedgerow.mappers.customer.CustomerMapper;
import io.javalin.config.RoutesConfig;

/// The routes of `/v1/customers`.
final class CustomerRoutes implements Routes {

    private final Resource<Customer, CustomerMapper> customers;

    CustomerRoutes(Resources resources) {
        customers = resources
                .of("customer", "/v1/customers", Customer.class, CustomerMapper.class)
                .closedByState("owner", "admin", "member");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/customers", Resource.page(customers, CustomerMapper.Filter.class), Access.READ);
        routes.get("/v1/customers/{id}", customers.find(), Access.READ);
        routes.post("/v1/customers", customers.create(CustomerMapper.New.class, CustomerMapper::insert), Access.WRITE);
        routes.patch(
                "/v1/customers/{id}",
                customers.change(CustomerMapper.Change.class, CustomerMapper::update),
                Access.WRITE);
        routes.post(
                "/v1/customers/{id}/archive",
                customers.act("archived", (on, tenant, id, version) -> on.archive(tenant, id, version, true)),
                Access.WRITE);
        routes.post(
                "/v1/customers/{id}/restore",
                customers.act("restored", (on, tenant, id, version) -> on.archive(tenant, id, version, false)),
                Access.WRITE);
    }
}
