package hedgerow.bench;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// The form in which an API is asked for orders, and in which its responses contain them.
enum Dialect {
    /// The services of the benchmark.
    REST {
        @Override
        Ask read(int tenant, String order) {
            return get("/orders/" + order, tenant);
        }

        @Override
        Ask readBy(int text, int tenant, String order) {
            return get("/orders/%s?text=%d".formatted(order, text), tenant);
        }

        @Override
        Ask list(int tenant) {
            return get("/orders", tenant);
        }

        @Override
        Ask insert(int tenant, String customer, int amount) {
            return new Ask("POST", "/orders", TENANT, Ids.tenant(tenant), NEW.formatted(customer, amount));
        }

        private Ask get(String path, int tenant) {
            return new Ask("GET", path, TENANT, Ids.tenant(tenant), "");
        }

        @Override
        JsonNode rows(JsonNode answer) {
            return answer;
        }
    },

    /// The API of `hedgerow serve`.
    HEDGEROW {
        private static final String PATH = "/v1/payment-orders";
        private static final List<String> KEYS = Databases.apiKeys();

        @Override
        Ask read(int tenant, String order) {
            return ask("GET", PATH + "/" + order, tenant, "");
        }

        @Override
        Ask list(int tenant) {
            return ask("GET", PATH + "?limit=20", tenant, "");
        }

        @Override
        Ask insert(int tenant, String customer, int amount) {
            return ask("POST", PATH, tenant, NEW.formatted(customer, amount));
        }

        private Ask ask(String method, String path, int tenant, String body) {
            return new Ask(method, path, "Authorization", "Bearer " + KEYS.get(tenant - 1), body);
        }

        @Override
        JsonNode rows(JsonNode answer) {
            return answer.has("data") ? answer.get("data") : answer;
        }
    },

    /// The API of PostGraphile.
    GRAPHQL {
        private static final String ONE = """
            query One($tenant: UUID!, $id: UUID!) { order: paymentOrderByOrganizationIdAndLivemodeAndId(\
            organizationId: $tenant, livemode: false, id: $id) { %s } }\
            """;
        private static final String NEWEST = """
            query Newest($tenant: UUID!) { orders: allPaymentOrders(first: 20, \
            condition: {organizationId: $tenant, livemode: false}, orderBy: [CREATED_AT_DESC, ID_DESC]) \
            { nodes { %s } } }\
            """;
        private static final String ADD = """
            mutation Add($order: PaymentOrderInput!) { added: createPaymentOrder(input: {paymentOrder: $order}) \
            { order: paymentOrder { %s } } }\
            """;
        private static final String ADDED = """
            {"order":{"organizationId":"%s","livemode":false,"customerId":"%s","currency":"EUR",\
            "amountMinor":"%d","description":"Benchmark","createdBy":"user:%s"}}\
            """;

        @Override
        Ask read(int tenant, String order) {
            return ask(tenant, ONE, "{\"tenant\":\"%s\",\"id\":\"%s\"}".formatted(Ids.tenant(tenant), order));
        }

        @Override
        Ask list(int tenant) {
            return ask(tenant, NEWEST, "{\"tenant\":\"%s\"}".formatted(Ids.tenant(tenant)));
        }

        @Override
        Ask insert(int tenant, String customer, int amount) {
            var id = Ids.tenant(tenant);
            return ask(tenant, ADD, ADDED.formatted(id, customer, amount, id));
        }

        private Ask ask(int tenant, String query, String variables) {
            var fields = COLUMNS.stream().map(Dialect::camel).collect(Collectors.joining(" "));
            var body = "{\"query\":\"%s\",\"variables\":%s}".formatted(query.formatted(fields), variables);
            return new Ask("POST", "/graphql", TENANT, Ids.tenant(tenant), body);
        }

        @Override
        JsonNode rows(JsonNode answer) {
            var data = answer.get("data");
            return data.has("orders")
                    ? data.get("orders").get("nodes")
                    : (data.has("added") ? data.get("added") : data).get("order");
        }

        @Override
        String name(String column) {
            return camel(column);
        }
    };

    static final List<String> COLUMNS = List.of(
            "id",
            "livemode",
            "customer_id",
            "payment_link_id",
            "subscription_id",
            "price_id",
            "payment_method_id",
            "executing_agent_id",
            "quantity",
            "currency",
            "amount_minor",
            "asset",
            "amount",
            "refunded",
            "recipient_address",
            "description",
            "metadata",
            "status",
            "expires_at",
            "succeeded_at",
            "created_by",
            "created_at",
            "updated_at",
            "version");

    private static final String TENANT = "X-Tenant";
    private static final String NEW =
            "{\"customer_id\":\"%s\",\"currency\":\"EUR\",\"amount_minor\":%d,\"description\":\"Benchmark\"}";

    abstract Ask read(int tenant, String order);

    /// By one of [Texts#ALL] statements.
    Ask readBy(int text, int tenant, String order) {
        throw new UnsupportedOperationException();
    }

    abstract Ask list(int tenant);

    abstract Ask insert(int tenant, String customer, int amount);

    /// The row or rows in a response.
    abstract JsonNode rows(JsonNode answer);

    /// The name of a column in a response.
    String name(String column) {
        return column;
    }

    /// A random request.
    Ask any(Workload workload, Random random) {
        return any(workload, 1 + random.nextInt(Ids.TENANTS), random);
    }

    /// A random request of this tenant.
    Ask any(Workload workload, int tenant, Random random) {
        return switch (workload) {
            case READ -> read(tenant, Ids.order(tenant, random.nextInt(Ids.ORDERS)));
            case LIST -> list(tenant);
            case INSERT ->
                insert(tenant, Ids.customer(tenant, random.nextInt(Ids.CUSTOMERS)), 100 + random.nextInt(99_900));
            case MANY -> readBy(random.nextInt(Texts.ALL), tenant, Ids.order(tenant, random.nextInt(Ids.ORDERS)));
        };
    }

    private static String camel(String column) {
        var words = column.split("_");
        return words[0]
                + List.of(words).stream()
                        .skip(1)
                        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                        .collect(Collectors.joining());
    }
}
