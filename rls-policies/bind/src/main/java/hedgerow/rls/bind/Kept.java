package hedgerow.rls.bind;

import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;

/// Copies of values that the application could change before the statement is sent.
final class Kept {

    private Kept() {}

    static Object of(Object value) {
        return switch (value) {
            case java.util.Date date -> date.clone();
            case Calendar calendar -> calendar.clone();
            case null, default -> value;
        };
    }

    static Date of(Date value) {
        return value == null ? null : (Date) value.clone();
    }

    static Time of(Time value) {
        return value == null ? null : (Time) value.clone();
    }

    static Timestamp of(Timestamp value) {
        return value == null ? null : (Timestamp) value.clone();
    }

    static Calendar of(Calendar value) {
        return value == null ? null : (Calendar) value.clone();
    }
}
