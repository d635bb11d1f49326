package hedgerow.server.pay;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/// The boundaries of the paid periods of a subscription, in its time zone.
///
/// They are counted from the anchor, never from the last one: a month that is too short ends on its last day, and the
/// next one comes back to the day of the anchor. 31 January, 28 February, 31 March.
///
/// @param unit `day`, `week`, `month` or `year`
/// @param count how many units a period has
public record Calendar(Instant anchor, ZoneId zone, String unit, int count) {

    /// Where period `n` begins, and the one before ends. A local time that the zone skips is as much later; of one that
    /// it has twice, the first is taken.
    public Instant boundary(int n) {
        if (n == 0) {
            return anchor;
        }
        return later(LocalDateTime.ofInstant(anchor, zone), Math.multiplyExact((long) n, count))
                .atZone(zone)
                .toInstant();
    }

    private LocalDateTime later(LocalDateTime local, long units) {
        return switch (unit) {
            case "day" -> local.plusDays(units);
            case "week" -> local.plusWeeks(units);
            case "month" -> local.plusMonths(units);
            case "year" -> local.plusYears(units);
            default -> throw new IllegalArgumentException("no unit of a period: " + unit);
        };
    }
}
