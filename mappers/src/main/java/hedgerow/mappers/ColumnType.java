package hedgerow.mappers;

import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.apache.ibatis.type.JdbcType;
import org.apache.ibatis.type.TypeHandler;
import org.postgresql.util.PGobject;

/// A type handler for a column type that MyBatis does not know.
///
/// Every value is sent to the server under its own type, including NULL. For a value without a type the
/// driver has to ask the server again for each execution, so that a bound statement would need more than
/// one round trip.
abstract sealed class ColumnType<T> implements TypeHandler<T> {

    private final String name;

    ColumnType(String name) {
        this.name = name;
    }

    abstract void bind(PreparedStatement statement, int parameter, T value) throws SQLException;

    abstract T read(ResultSet rows, int column) throws SQLException;

    @Override
    public final void setParameter(PreparedStatement statement, int parameter, T value, JdbcType unused)
            throws SQLException {
        if (value == null) {
            statement.setNull(parameter, Types.OTHER, name);
        } else {
            bind(statement, parameter, value);
        }
    }

    @Override
    public final T getResult(ResultSet rows, String column) throws SQLException {
        return read(rows, rows.findColumn(column));
    }

    @Override
    public final T getResult(ResultSet rows, int column) throws SQLException {
        return read(rows, column);
    }

    @Override
    public final T getResult(CallableStatement statement, int column) {
        throw new UnsupportedOperationException("no statement has OUT parameters");
    }

    static final class Uuid extends ColumnType<UUID> {

        Uuid() {
            super("uuid");
        }

        @Override
        void bind(PreparedStatement statement, int parameter, UUID value) throws SQLException {
            statement.setObject(parameter, value);
        }

        @Override
        UUID read(ResultSet rows, int column) throws SQLException {
            return rows.getObject(column, UUID.class);
        }
    }

    static final class Time extends ColumnType<Instant> {

        Time() {
            super("timestamptz");
        }

        @Override
        void bind(PreparedStatement statement, int parameter, Instant value) throws SQLException {
            statement.setObject(parameter, value.atOffset(ZoneOffset.UTC));
        }

        @Override
        Instant read(ResultSet rows, int column) throws SQLException {
            var time = rows.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }
    }

    static final class JsonDocument extends ColumnType<Json> {

        JsonDocument() {
            super("jsonb");
        }

        @Override
        void bind(PreparedStatement statement, int parameter, Json value) throws SQLException {
            var document = new PGobject();
            document.setType("jsonb");
            document.setValue(value.text());
            statement.setObject(parameter, document);
        }

        @Override
        Json read(ResultSet rows, int column) throws SQLException {
            var text = rows.getString(column);
            return text == null ? null : new Json(text);
        }
    }

    static final class Texts extends ColumnType<List<String>> {

        Texts() {
            super("_text");
        }

        @Override
        void bind(PreparedStatement statement, int parameter, List<String> value) throws SQLException {
            statement.setArray(parameter, array(statement, "text", value));
        }

        @Override
        List<String> read(ResultSet rows, int column) throws SQLException {
            var array = rows.getArray(column);
            return array == null ? null : List.of((String[]) array.getArray());
        }
    }

    static final class Uuids extends ColumnType<Collection<UUID>> {

        Uuids() {
            super("_uuid");
        }

        @Override
        void bind(PreparedStatement statement, int parameter, Collection<UUID> value) throws SQLException {
            statement.setArray(parameter, array(statement, "uuid", value));
        }

        @Override
        Collection<UUID> read(ResultSet rows, int column) throws SQLException {
            throw new UnsupportedOperationException("no column holds uuids");
        }
    }

    private static Array array(PreparedStatement statement, String type, Collection<?> values) throws SQLException {
        return statement.getConnection().createArrayOf(type, values.toArray());
    }
}
