package hedgerow.mappers;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.customer.CustomerMapper;
import hedgerow.mappers.payment.PaymentOrderMapper;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.Wire;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The number of times that the application waits for the database, including pool and binding, counted on
/// the wire.
class MapperRoundTripTest {

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    static final Demo DEMO = new Demo(DATABASE);

    /// The idle time in milliseconds after which the pool checks whether a connection is alive.
    private static final String ALIVE_FOR = "com.zaxxer.hikari.aliveBypassWindowMs";

    private static TenantKey acme;
    private static Wire wire;
    private static HikariDataSource pool;
    private static Database owner;

    @BeforeAll
    static void open() throws IOException {
        acme = DEMO.tenant("acme");
        wire = Wire.to(DATABASE.url(Logins.APP));
        var config = new HikariConfig();
        config.setDataSource(wire.dataSource());
        config.setMaximumPoolSize(1);
        System.setProperty(ALIVE_FOR, "3600000");
        pool = new HikariDataSource(config);
        System.clearProperty(ALIVE_FOR);
        var tenant = Tenant.of(acme.organization(), DEMO.actor(acme, "owner"), acme.livemode());
        owner = Database.over(TenantDataSource.over(pool, BindCall.plain()).forTenant(tenant));
    }

    @AfterAll
    static void close() throws IOException {
        pool.close();
        wire.close();
    }

    @Test
    void a_row_and_a_list_are_one_round_trip_each() {
        assertThat(often(() -> owner.read(on ->
                        on.get(PaymentOrderMapper.class).page(acme, PaymentOrderMapper.Filter.ALL, Page.first(20)))))
                .containsOnly(1);
        var id = DEMO.uuid("select id from app.customer where " + Demo.where(acme));
        assertThat(often(() -> owner.read(on -> on.get(CustomerMapper.class).find(acme, id))))
                .containsOnly(1);
    }

    /// For a NULL without a type the driver would ask the server again.
    @Test
    void a_write_alone_is_one_round_trip_with_its_nulls() {
        assertThat(often(() -> owner.writeAlone(MapperRoundTripTest::order))).containsOnly(1);
    }

    @Test
    void a_transaction_is_one_round_trip_for_each_statement_and_one_for_its_end() {
        assertThat(often(() -> owner.write(on -> {
                    order(on);
                    return order(on);
                })))
                .containsOnly(3);
        assertThat(often(() -> owner.readInTransaction(on ->
                        on.get(PaymentOrderMapper.class).page(acme, PaymentOrderMapper.Filter.ALL, Page.first(1)))))
                .containsOnly(2);
    }

    @Test
    void the_last_statements_share_the_round_trip_of_commit() {
        var counted = often(() -> owner.write(on -> {
            order(on);
            note(on);
            return note(on);
        }));
        assertThat(counted).containsOnly(2);
        assertThat(often(() -> owner.write(on -> {
                    note(on);
                    return order(on);
                })))
                .as("nothing overtakes them")
                .containsOnly(3);
        assertThat(often(() -> owner.write(on -> {
                    var orders = on.get(PaymentOrderMapper.class);
                    note(on);
                    return orders.page(acme, PaymentOrderMapper.Filter.ALL, Page.first(1));
                })))
                .as("nor does a mapper that was there before")
                .containsOnly(3);
    }

    /// Runs the code often enough that the driver names its prepared statements; skips the first run, which
    /// connects.
    private static int[] often(Supplier<?> code) {
        code.get();
        return IntStream.range(0, 10).map(i -> wire.roundTrips(code::get)).toArray();
    }

    private static Object note(Mappers on) {
        on.last(OutboxEventMapper.class)
                .add(acme, new OutboxEventMapper.New("customer.updated", "customer", new UUID(0, 1), Json.EMPTY));
        return on;
    }

    private static Object order(Mappers on) {
        var created = new PaymentOrderMapper.New(
                null, null, null, null, null, null, 1, "EUR", 1999L, null, null, null, null, Json.EMPTY, null, null);
        return on.get(PaymentOrderMapper.class).insert(acme, created);
    }
}
