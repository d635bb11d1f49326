package hedgerow.server.provider;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.work.Route;
import hedgerow.server.provider.Routing.Refused;
import hedgerow.server.provider.Routing.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingTest {

    private final Routing routing = new Routing(code -> !code.equals("elsewhere"), code -> !code.equals("ill"));

    @Test
    void the_lowest_fee_is_taken_and_of_equal_ones_the_first_name() {
        var routes = new ArrayList<>(List.of(
                route("b", 100, 0, 1), route("a", 100, 0, 2), route("dear", 300, 0, 3), route("fixed", 0, 50, 4)));
        for (var seed = 0; seed < 20; seed++) {
            Collections.shuffle(routes, new Random(seed));
            assertThat(taken(1_000, routes)).isEqualTo("a");
            assertThat(taken(100_000, routes)).as("fixed fees pay off").isEqualTo("fixed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "provider_not_served",
        "provider_not_active",
        "method_not_taken",
        "currency_not_taken",
        "country_not_taken",
        "amount_too_small",
        "amount_too_large",
        "no_provider_credential",
        "method_declined",
        "provider_does_not_answer"
    })
    void a_refusal_says_why(String reason) {
        var route = broken(reason);
        assertThat(routing.choose(1_000, List.of(route))).isEqualTo(new Refused(reason));
        assertThat(taken(1_000, List.of(route, route("dear", 5_000, 900, 7)))).isEqualTo("dear");
    }

    @Test
    void of_several_refusals_the_closest_one_is_named() {
        assertThat(routing.choose(1_000, List.of(broken("provider_not_served"), broken("amount_too_small"))))
                .isEqualTo(new Refused("amount_too_small"));
        assertThat(routing.choose(1_000, List.of())).isEqualTo(new Refused("no_payment_method"));
    }

    @Test
    void a_provider_that_gave_no_answer_five_times_rests_for_half_a_minute() {
        var now = new Duration[] {Duration.ZERO};
        var health = new Health(() -> now[0]);
        for (var i = 0; i < 4; i++) {
            health.note("a", true);
        }
        assertThat(health.isWell("a")).isTrue();
        health.note("a", true);
        assertThat(health.isWell("a")).isFalse();
        assertThat(health.isWell("b")).isTrue();
        now[0] = now[0].plus(Duration.ofSeconds(31));
        assertThat(health.isWell("a")).isTrue();
    }

    private String taken(long minor, List<Route> routes) {
        return ((Taken) routing.choose(minor, routes)).route().provider();
    }

    private static Route route(String provider, int basisPoints, long fixed, int id) {
        return new Route(
                new UUID(0, 0),
                new UUID(0, id),
                "card",
                provider,
                "pm_1",
                new UUID(0, 9),
                true,
                List.of("card"),
                List.of("DE"),
                basisPoints,
                fixed,
                500L,
                200_000L,
                "DE",
                false);
    }

    private static Route broken(String reason) {
        UnaryOperator<Route> change = switch (reason) {
            case "provider_not_served" -> one -> with(one, "elsewhere", true, "card", 0, "DE", 1, false, true);
            case "provider_not_active" -> one -> with(one, "a", false, "card", 0, "DE", 500, false, true);
            case "method_not_taken" -> one -> with(one, "a", true, "sepa_debit", 0, "DE", 500, false, true);
            case "currency_not_taken" -> one -> with(one, "a", true, "card", null, "DE", 500, false, true);
            case "country_not_taken" -> one -> with(one, "a", true, "card", 0, "US", 500, false, true);
            case "amount_too_small" -> one -> with(one, "a", true, "card", 0, "DE", 1_001, false, true);
            case "amount_too_large" -> one -> with(one, "a", true, "card", 0, "DE", -1, false, true);
            case "no_provider_credential" -> one -> with(one, "a", true, "card", 0, "DE", 500, false, false);
            case "method_declined" -> one -> with(one, "a", true, "card", 0, "DE", 500, true, true);
            default -> one -> with(one, "ill", true, "card", 0, "DE", 500, false, true);
        };
        return change.apply(route("a", 0, 0, 1));
    }

    /// A route with limits.
    ///
    /// @param minimum if negative, the maximum is below the amount instead
    private static Route with(
            Route one,
            String provider,
            boolean active,
            String kind,
            Integer basisPoints,
            String country,
            long minimum,
            boolean tried,
            boolean credential) {
        return new Route(
                one.orderId(),
                one.methodId(),
                kind,
                provider,
                one.token(),
                credential ? one.credentialId() : null,
                active,
                one.methods(),
                one.countries(),
                basisPoints,
                0L,
                Math.max(minimum, 1),
                minimum < 0 ? 999L : 200_000L,
                country,
                tried);
    }
}
