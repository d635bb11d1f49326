package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A service that listens has finished the work that the first request of each connection would otherwise
/// wait for.
class WarmupTest {

    private static final int CONNECTIONS = 3;

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer(Map.of("pool-size", "" + CONNECTIONS)).throughWire();

    @Test
    void no_statement_of_a_hot_route_is_left_to_prepare_on_any_connection() throws Exception {
        assertThat(SERVER.one("select count(*) from pg_stat_activity where application_name = 'hedgerow serve'"))
                .isEqualTo("" + CONNECTIONS);
        var prepared = SERVER.wire().takeParses();
        assertThat(prepared)
                .as("its own first requests, of which one would add a customer")
                .anyMatch(parse -> parse.sql().contains("insert into app.customer"));
        assertThat(SERVER.one("select count(*) from app.customer where name = 'Nobody'"))
                .isEqualTo("0");
        assertThat(prepared)
                .filteredOn(parse -> parse.sql().contains("from app.payment_order")
                        && !parse.name().isEmpty())
                .as("a find and a page on each")
                .hasSize(2 * CONNECTIONS);
        var acme = SERVER.as("acme", "Owner");
        acme.get("/v1/customers?limit=1").is(200); // authenticates the caller first
        SERVER.wire().takeParses();
        try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            var requests = IntStream.range(0, 20 * CONNECTIONS)
                    .<Callable<Object>>mapToObj(
                            n -> () -> acme.get(List.of("/v1/payment-orders", "/v1/customers", "/v1/events")
                                            .get(n % 3))
                                    .is(200))
                    .toList();
            for (var answer : threads.invokeAll(requests)) {
                answer.get();
            }
        }
        assertThat(SERVER.wire().takeParses()).isEmpty();
    }
}
