package hedgerow.rls.expr;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/// Values in the form of the server.
public final class ServerValues {

    public static Value value(ResultSet row, int column) throws SQLException {
        return switch (row.getObject(column)) {
            case null -> Value.NULL;
            case Boolean truth -> Value.of(truth);
            case Integer number -> Value.of(number.longValue());
            case Long number -> Value.of(number.longValue());
            case UUID uuid -> Value.of(uuid);
            case Object other -> Value.of(other.toString());
        };
    }

    /// The value in SQL syntax.
    public static String literal(Value value) {
        return switch (value) {
            case Value.Null _ -> "null";
            case Value.Bool(var truth) -> String.valueOf(truth);
            case Value.Int(var number) -> String.valueOf(number);
            case Value.Text(var text) -> "'%s'".formatted(text.replace("'", "''"));
            case Value.Uuid(var uuid) -> "'%s'::uuid".formatted(uuid);
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    private ServerValues() {}
}
