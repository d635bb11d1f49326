package hedgerow.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.TenantKey;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Strangers who request payments and pay none take few amounts each.
class SharesTest {

    private static final TenantKey SELLER = new TenantKey(new UUID(1, 1), false);

    private final Shares shares = new Shares();

    @ParameterizedTest
    @CsvSource({"10, 3", "1001, 100", "10000, 1000"})
    void one_network_takes_a_tenth_of_the_amounts(int amounts, int share) {
        assertThat(attack("198.18.0.1", amounts, 0)).isEqualTo(share);
        assertThat(attack("198.18.0.1", amounts, amounts - 1)).isZero();
        assertThat(attack("198.18.0.2", amounts, share)).as("another one").isPositive();
    }

    /// Each attacker takes as much as it can before the next one begins.
    @ParameterizedTest
    @CsvSource({"10, 6", "1001, 500", "10000, 500"})
    void all_amounts_are_taken_by_very_many_networks_alone(int amounts, int networks) {
        var taken = 0;
        for (var i = 0; i < networks; i++) {
            taken += attack("network " + i, amounts, taken);
            assertThat(taken).isLessThan(amounts);
        }
    }

    @ParameterizedTest
    @CsvSource({"1001, 1", "10000, 10"})
    void once_half_are_taken_each_network_still_gets_some(int amounts, int share) {
        assertThat(attack("198.18.0.1", amounts, amounts / 2 + 1)).isEqualTo(share);
    }

    private int attack(String network, int amounts, int before) {
        var taken = IntStream.range(0, amounts)
                .takeWhile(
                        got -> before + got < amounts && shares.take(SELLER, "0xaa", network, amounts, before + got));
        return (int) taken.count();
    }
}
