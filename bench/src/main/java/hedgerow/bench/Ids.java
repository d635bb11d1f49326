package hedgerow.bench;

/// The ids of `seed.sql`.
final class Ids {

    static final int TENANTS = 1_000;
    static final int ORDERS = 1_000;
    static final int CUSTOMERS = 20;

    private Ids() {}

    /// The id of a tenant.
    ///
    /// @param tenant 1 to 1,000
    static String tenant(int tenant) {
        return id(0, tenant);
    }

    /// The id of an order.
    ///
    /// @param order 0 to 999
    static String order(int tenant, int order) {
        return id(1, tenant * ORDERS + order);
    }

    /// The id of a customer.
    ///
    /// @param customer 0 to 19
    static String customer(int tenant, int customer) {
        return id(2, tenant * 100 + customer);
    }

    private static String id(int kind, int number) {
        return "018bcfe5-%04d-7000-8000-1%011d".formatted(kind, number);
    }
}
