package hedgerow.rls.bind;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.UUID;

/// A value that the application has set, for the statement that will be sent.
@FunctionalInterface
interface Parameter {

    void set(PreparedStatement statement, int index) throws SQLException;

    /// Whether the driver sends its type. Otherwise the driver asks the server for it, from the sixth
    /// execution on.
    default boolean isTyped() {
        return true;
    }

    /// A value that is sent without a type.
    record Untyped(Parameter value) implements Parameter {

        @Override
        public void set(PreparedStatement statement, int index) throws SQLException {
            value.set(statement, index);
        }

        @Override
        public boolean isTyped() {
            return false;
        }
    }

    static Parameter of(boolean isTyped, Parameter value) {
        return isTyped ? value : new Untyped(value);
    }

    /// Whether a value of this class is always sent with a type. Unknown classes are assumed not to be.
    static boolean isTyped(Object value) {
        return switch (value) {
            case String _, UUID _, Boolean _, Long _, Integer _, Short _, Double _, Float _, BigDecimal _ -> true;
            case OffsetDateTime _, LocalDateTime _, LocalDate _, byte[] _ -> true;
            case null, default -> false;
        };
    }

    /// Whether a value that is set with one of [Types] is always sent with a type.
    static boolean isTyped(int sqlType) {
        return switch (sqlType) {
            case Types.VARCHAR,
                    Types.CHAR,
                    Types.LONGVARCHAR,
                    Types.BOOLEAN,
                    Types.BIT,
                    Types.TINYINT,
                    Types.SMALLINT,
                    Types.INTEGER,
                    Types.BIGINT,
                    Types.REAL,
                    Types.FLOAT,
                    Types.DOUBLE,
                    Types.NUMERIC,
                    Types.DECIMAL,
                    Types.BINARY,
                    Types.VARBINARY,
                    Types.LONGVARBINARY -> true;
            default -> false;
        };
    }
}
