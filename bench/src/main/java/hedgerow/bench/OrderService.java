package hedgerow.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Json;
import hedgerow.mappers.Page;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.payment.PaymentOrderMapper;
import hedgerow.sql.DatabaseUrl;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.json.JavalinJackson3;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/// A service with three routes over the mappers of the project. Its first argument selects how it binds,
/// and nothing else differs: the difference in time between two [Binding]s is that of the binding.
final class OrderService {

    private static final Page TWENTY_ROWS = Page.first(20);

    private final Binding binding;
    private final Binding many;

    private OrderService(String name, DataSource pool, String bindKey) {
        this.binding = Binding.of(name, pool, bindKey, UnaryOperator.identity());
        this.many = Binding.of(name, pool, bindKey, Texts::over);
    }

    static void main(String[] arguments) {
        var environment = System.getenv();
        var service = new OrderService(arguments[0], pool(environment), environment.get("BIND_KEY"));
        Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.concurrency.useVirtualThreads = true;
                    config.jsonMapper(new JavalinJackson3(json(), true));
                    config.routes.get("/orders/{id}", service::read);
                    config.routes.get("/orders", service::list);
                    config.routes.post("/orders", service::insert);
                })
                .start("127.0.0.1", Integer.parseInt(environment.get("PORT")));
    }

    private static HikariDataSource pool(Map<String, String> environment) {
        var config = new HikariConfig();
        config.setJdbcUrl(DatabaseUrl.parse(environment.get("DATABASE_URL")).jdbc());
        config.setMaximumPoolSize(Integer.parseInt(environment.get("POOL_SIZE")));
        return new HikariDataSource(config);
    }

    private static JsonMapper json() {
        return JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .addModule(new SimpleModule().addSerializer(Json.class, new Document()))
                .build();
    }

    private static final class Document extends ValueSerializer<Json> {
        @Override
        public void serialize(Json document, JsonGenerator out, SerializationContext context) {
            out.writeRawValue(document.text());
        }
    }

    private void read(Context request) {
        var tenant = tenant(request);
        var id = UUID.fromString(request.pathParam("id"));
        var text = request.queryParam("text");
        var found = text == null
                ? find(binding, tenant, id)
                : Texts.with(Integer.parseInt(text), () -> find(many, tenant, id));
        found.ifPresentOrElse(request::json, () -> request.status(HttpStatus.NOT_FOUND));
    }

    private static Optional<PaymentOrder> find(Binding binding, TenantKey tenant, UUID id) {
        return binding.read(
                tenant.organization(), on -> on.get(PaymentOrderMapper.class).find(tenant, id));
    }

    private void list(Context request) {
        var tenant = tenant(request);
        var fetched = binding.read(
                tenant.organization(),
                on -> on.get(PaymentOrderMapper.class).page(tenant, PaymentOrderMapper.Filter.ALL, TWENTY_ROWS));
        request.json(TWENTY_ROWS.slice(fetched).rows());
    }

    private void insert(Context request) {
        var tenant = tenant(request);
        var created = request.bodyAsClass(NewOrder.class).row();
        PaymentOrder order = binding.write(
                tenant.organization(), on -> on.get(PaymentOrderMapper.class).insert(tenant, created));
        request.status(HttpStatus.CREATED).json(order);
    }

    private static TenantKey tenant(Context request) {
        return new TenantKey(UUID.fromString(request.header("X-Tenant")), false);
    }

    private record NewOrder(UUID customerId, String currency, Long amountMinor, String description) {
        PaymentOrderMapper.New row() {
            return new PaymentOrderMapper.New(
                    customerId,
                    null,
                    null,
                    null,
                    null,
                    null,
                    1,
                    currency,
                    amountMinor,
                    null,
                    null,
                    null,
                    description,
                    Json.EMPTY,
                    null,
                    null);
        }
    }
}
