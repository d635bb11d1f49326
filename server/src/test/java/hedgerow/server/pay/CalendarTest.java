package hedgerow.server.pay;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The boundaries of periods, and what a change within one costs.
class CalendarTest {

    private static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "Asia/Kolkata",
            "Pacific/Apia",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "America/Sao_Paulo");

    @Test
    void a_year_of_months_from_31_january_ends_on_last_days_and_comes_back() {
        var calendar = new Calendar(Instant.parse("2027-01-31T10:00:00Z"), ZoneId.of("UTC"), "month", 1);
        assertThat(IntStream.rangeClosed(0, 12)
                        .mapToObj(n -> calendar.boundary(n).toString().substring(0, 10)))
                .containsExactly(
                        "2027-01-31",
                        "2027-02-28",
                        "2027-03-31",
                        "2027-04-30",
                        "2027-05-31",
                        "2027-06-30",
                        "2027-07-31",
                        "2027-08-31",
                        "2027-09-30",
                        "2027-10-31",
                        "2027-11-30",
                        "2027-12-31",
                        "2028-01-31");
    }

    @Test
    void the_29_february_comes_back_every_four_years() {
        var calendar = new Calendar(Instant.parse("2028-02-29T00:00:00Z"), ZoneId.of("UTC"), "year", 1);
        assertThat(IntStream.rangeClosed(1, 4)
                        .mapToObj(n -> calendar.boundary(n).toString().substring(0, 10)))
                .containsExactly("2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29");
    }

    @Test
    void the_local_time_stays_when_clocks_change() {
        var berlin = ZoneId.of("Europe/Berlin");
        var calendar = new Calendar(Instant.parse("2027-03-27T01:30:00Z"), berlin, "day", 1); // 02:30 local
        assertThat(calendar.boundary(1)).isEqualTo("2027-03-28T01:30:00Z"); // 02:30 is skipped
        assertThat(calendar.boundary(2)).isEqualTo("2027-03-29T00:30:00Z");
    }

    @Test
    void boundaries_go_forwards_and_keep_the_day_of_the_anchor_in_every_zone() {
        var random = new Random(42);
        for (var round = 0; round < 2_000; round++) {
            var zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            var anchor = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(200_000_000));
            var unit = List.of("day", "week", "month", "year").get(random.nextInt(4));
            var calendar = new Calendar(anchor, zone, unit, 1 + random.nextInt(3));
            var day = anchor.atZone(zone).getDayOfMonth();
            for (var n = 0; n < 40; n++) {
                assertThat(calendar.boundary(n + 1))
                        .as("%s after %d", calendar, n)
                        .isAfter(calendar.boundary(n));
                if (unit.equals("month")) {
                    LocalDate at = calendar.boundary(n).atZone(zone).toLocalDate();
                    assertThat(at.getDayOfMonth())
                            .as("%s after %d", calendar, n)
                            .isIn(Math.min(day, at.lengthOfMonth()), Math.min(day + 1, at.lengthOfMonth()), 1);
                }
            }
        }
    }

    @Test
    void proration_sums_to_the_unit() {
        var random = new Random(7);
        for (var round = 0; round < 5_000; round++) {
            var from = Instant.ofEpochSecond(1_800_000_000L);
            var to = from.plusSeconds(1 + random.nextInt(40_000_000));
            var now = from.plusSeconds(random.nextLong(to.getEpochSecond() - from.getEpochSecond() + 1));
            var amounts = new ArrayList<BigInteger>();
            IntStream.range(0, 4).forEach(_ -> amounts.add(new BigInteger(80, random)));
            var first = amounts.getFirst();
            var last = amounts.getLast();
            // Several changes at one moment cost what one would, and nothing if they are taken back.
            var steps = BigInteger.ZERO;
            for (var i = 0; i < 3; i++) {
                steps = steps.add(Proration.of(amounts.get(i), amounts.get(i + 1), from, to, now));
            }
            assertThat(steps).isEqualTo(Proration.of(first, last, from, to, now));
            assertThat(steps.add(Proration.of(last, first, from, to, now))).isZero();
            assertThat(Proration.of(first, last, from, to, from)).isEqualTo(last.subtract(first));
            assertThat(Proration.of(first, last, from, to, to)).isZero();
        }
    }
}
