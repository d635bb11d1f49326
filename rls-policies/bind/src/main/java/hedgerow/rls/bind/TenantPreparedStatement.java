package hedgerow.rls.bind;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;

/// A prepared statement of a [TenantConnection].
///
/// It keeps the values until the statement is sent: their indexes depend on the preamble, which is known
/// only then.
final class TenantPreparedStatement extends TenantStatement implements PreparedStatement {

    private final Sql sql;
    private Parameter[] values;

    TenantPreparedStatement(TenantConnection connection, Sql sql, Cursor cursor) throws SQLException {
        super(connection, cursor);
        this.sql = sql;
        this.values = new Parameter[sql.parameters()];
    }

    @Override
    boolean isPrepared() {
        return true;
    }

    void set(int index, Parameter value) throws SQLException {
        checkOpen();
        if (index < 1 || index > values.length) {
            throw new SQLException(
                    "The column index is out of range: %d, number of columns: %d.".formatted(index, values.length),
                    "22023");
        }
        values[index - 1] = value;
    }

    private Parameter[] complete() throws SQLException {
        for (var i = 0; i < values.length; i++) {
            if (values[i] == null) {
                throw new SQLException("No value specified for parameter %d.".formatted(i + 1), "22023");
            }
        }
        return values;
    }

    @Override
    public boolean execute() throws SQLException {
        return run(sql, complete());
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        return rowsOf(execute());
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        return countOf(execute());
    }

    @Override
    public int executeUpdate() throws SQLException {
        return small(executeLargeUpdate());
    }

    @Override
    public void clearParameters() throws SQLException {
        checkOpen();
        Arrays.fill(values, null);
    }

    @Override
    public void addBatch() throws SQLException {
        checkOpen();
        batch.add(new Item(sql, complete().clone()));
    }

    /// Runs a batch of the driver, whose one prepared statement serves every item.
    @Override
    long[] runMany(List<Item> items) throws SQLException {
        connection.sending(sql);
        var statement = use(connection.prepare(sql));
        for (var item : items) {
            setParameters(statement, 1, item.values());
            statement.addBatch();
        }
        var counts = connection.waiting(false, statement::executeLargeBatch);
        if (sql.returnsKeys()) {
            setKeys(statement.getGeneratedKeys());
        }
        return counts;
    }

    /// Describes the result. It asks the server, in a round trip of its own.
    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        checkOpen();
        connection.bindIfInTransaction();
        try (var statement = connection.delegate().prepareStatement(sql.text())) {
            return connection.waiting(false, statement::getMetaData);
        }
    }

    /// Describes the parameters. It asks the server, in a round trip of its own.
    @Override
    public ParameterMetaData getParameterMetaData() throws SQLException {
        checkOpen();
        connection.bindIfInTransaction();
        try (var statement = connection.delegate().prepareStatement(sql.text())) {
            return connection.waiting(false, statement::getParameterMetaData);
        }
    }

    // A prepared statement takes no other text

    @Override
    Sql sql(String text, List<String> keys) throws SQLException {
        throw new SQLException("Can't use query methods that take a query string on a PreparedStatement.", "42809");
    }

    // Values

    @Override
    public void setBoolean(int index, boolean value) throws SQLException {
        set(index, (s, i) -> s.setBoolean(i, value));
    }

    @Override
    public void setByte(int index, byte value) throws SQLException {
        set(index, (s, i) -> s.setByte(i, value));
    }

    @Override
    public void setShort(int index, short value) throws SQLException {
        set(index, (s, i) -> s.setShort(i, value));
    }

    @Override
    public void setInt(int index, int value) throws SQLException {
        set(index, (s, i) -> s.setInt(i, value));
    }

    @Override
    public void setLong(int index, long value) throws SQLException {
        set(index, (s, i) -> s.setLong(i, value));
    }

    @Override
    public void setFloat(int index, float value) throws SQLException {
        set(index, (s, i) -> s.setFloat(i, value));
    }

    @Override
    public void setDouble(int index, double value) throws SQLException {
        set(index, (s, i) -> s.setDouble(i, value));
    }

    @Override
    public void setBigDecimal(int index, BigDecimal value) throws SQLException {
        set(index, (s, i) -> s.setBigDecimal(i, value));
    }

    @Override
    public void setString(int index, String value) throws SQLException {
        set(index, (s, i) -> s.setString(i, value));
    }

    @Override
    public void setNString(int index, String value) throws SQLException {
        set(index, Parameter.of(false, (s, i) -> s.setNString(i, value)));
    }

    @Override
    public void setBytes(int index, byte[] value) throws SQLException {
        set(index, (s, i) -> s.setBytes(i, value));
    }

    @Override
    public void setNull(int index, int sqlType) throws SQLException {
        set(index, Parameter.of(Parameter.isTyped(sqlType), (s, i) -> s.setNull(i, sqlType)));
    }

    @Override
    public void setNull(int index, int sqlType, String typeName) throws SQLException {
        set(index, Parameter.of(Parameter.isTyped(sqlType), (s, i) -> s.setNull(i, sqlType, typeName)));
    }

    @Override
    public void setObject(int index, Object value) throws SQLException {
        var kept = Kept.of(value);
        set(index, Parameter.of(Parameter.isTyped(value), (s, i) -> s.setObject(i, kept)));
    }

    @Override
    public void setObject(int index, Object value, int sqlType) throws SQLException {
        var kept = Kept.of(value);
        set(index, Parameter.of(Parameter.isTyped(sqlType), (s, i) -> s.setObject(i, kept, sqlType)));
    }

    @Override
    public void setObject(int index, Object value, int sqlType, int scale) throws SQLException {
        var kept = Kept.of(value);
        set(index, Parameter.of(Parameter.isTyped(sqlType), (s, i) -> s.setObject(i, kept, sqlType, scale)));
    }

    @Override
    public void setDate(int index, Date value) throws SQLException {
        var kept = Kept.of(value);
        set(index, Parameter.of(false, (s, i) -> s.setDate(i, kept)));
    }

    @Override
    public void setDate(int index, Date value, Calendar calendar) throws SQLException {
        var kept = Kept.of(value);
        var keptCalendar = Kept.of(calendar);
        set(index, Parameter.of(false, (s, i) -> s.setDate(i, kept, keptCalendar)));
    }

    @Override
    public void setTime(int index, Time value) throws SQLException {
        var kept = Kept.of(value);
        set(index, Parameter.of(false, (s, i) -> s.setTime(i, kept)));
    }

    @Override
    public void setTime(int index, Time value, Calendar calendar) throws SQLException {
        var kept = Kept.of(value);
        var keptCalendar = Kept.of(calendar);
        set(index, Parameter.of(false, (s, i) -> s.setTime(i, kept, keptCalendar)));
    }

    @Override
    public void setTimestamp(int index, Timestamp value) throws SQLException {
        var kept = Kept.of(value);
        set(index, Parameter.of(false, (s, i) -> s.setTimestamp(i, kept)));
    }

    @Override
    public void setTimestamp(int index, Timestamp value, Calendar calendar) throws SQLException {
        var kept = Kept.of(value);
        var keptCalendar = Kept.of(calendar);
        set(index, Parameter.of(false, (s, i) -> s.setTimestamp(i, kept, keptCalendar)));
    }

    @Override
    public void setArray(int index, Array value) throws SQLException {
        set(index, (s, i) -> s.setArray(i, value));
    }

    @Override
    public void setBlob(int index, Blob value) throws SQLException {
        set(index, (s, i) -> s.setBlob(i, value));
    }

    @Override
    public void setBlob(int index, InputStream value) throws SQLException {
        set(index, (s, i) -> s.setBlob(i, value));
    }

    @Override
    public void setBlob(int index, InputStream value, long length) throws SQLException {
        set(index, (s, i) -> s.setBlob(i, value, length));
    }

    @Override
    public void setClob(int index, Clob value) throws SQLException {
        set(index, (s, i) -> s.setClob(i, value));
    }

    @Override
    public void setClob(int index, Reader value) throws SQLException {
        set(index, (s, i) -> s.setClob(i, value));
    }

    @Override
    public void setClob(int index, Reader value, long length) throws SQLException {
        set(index, (s, i) -> s.setClob(i, value, length));
    }

    @Override
    public void setNClob(int index, NClob value) throws SQLException {
        set(index, (s, i) -> s.setNClob(i, value));
    }

    @Override
    public void setNClob(int index, Reader value) throws SQLException {
        set(index, (s, i) -> s.setNClob(i, value));
    }

    @Override
    public void setNClob(int index, Reader value, long length) throws SQLException {
        set(index, (s, i) -> s.setNClob(i, value, length));
    }

    @Override
    public void setAsciiStream(int index, InputStream value) throws SQLException {
        set(index, (s, i) -> s.setAsciiStream(i, value));
    }

    @Override
    public void setAsciiStream(int index, InputStream value, int length) throws SQLException {
        set(index, (s, i) -> s.setAsciiStream(i, value, length));
    }

    @Override
    public void setAsciiStream(int index, InputStream value, long length) throws SQLException {
        set(index, (s, i) -> s.setAsciiStream(i, value, length));
    }

    @Override
    public void setBinaryStream(int index, InputStream value) throws SQLException {
        set(index, (s, i) -> s.setBinaryStream(i, value));
    }

    @Override
    public void setBinaryStream(int index, InputStream value, int length) throws SQLException {
        set(index, (s, i) -> s.setBinaryStream(i, value, length));
    }

    @Override
    public void setBinaryStream(int index, InputStream value, long length) throws SQLException {
        set(index, (s, i) -> s.setBinaryStream(i, value, length));
    }

    @Override
    public void setCharacterStream(int index, Reader value) throws SQLException {
        set(index, (s, i) -> s.setCharacterStream(i, value));
    }

    @Override
    public void setCharacterStream(int index, Reader value, int length) throws SQLException {
        set(index, (s, i) -> s.setCharacterStream(i, value, length));
    }

    @Override
    public void setCharacterStream(int index, Reader value, long length) throws SQLException {
        set(index, (s, i) -> s.setCharacterStream(i, value, length));
    }

    @Override
    public void setNCharacterStream(int index, Reader value) throws SQLException {
        set(index, (s, i) -> s.setNCharacterStream(i, value));
    }

    @Override
    public void setNCharacterStream(int index, Reader value, long length) throws SQLException {
        set(index, (s, i) -> s.setNCharacterStream(i, value, length));
    }

    @Deprecated
    @SuppressWarnings("deprecation")
    @Override
    public void setUnicodeStream(int index, InputStream value, int length) throws SQLException {
        set(index, Parameter.of(false, (s, i) -> s.setUnicodeStream(i, value, length)));
    }

    @Override
    public void setRef(int index, Ref value) throws SQLException {
        set(index, Parameter.of(false, (s, i) -> s.setRef(i, value)));
    }

    @Override
    public void setRowId(int index, RowId value) throws SQLException {
        set(index, Parameter.of(false, (s, i) -> s.setRowId(i, value)));
    }

    @Override
    public void setSQLXML(int index, SQLXML value) throws SQLException {
        set(index, (s, i) -> s.setSQLXML(i, value));
    }

    @Override
    public void setURL(int index, URL value) throws SQLException {
        set(index, Parameter.of(false, (s, i) -> s.setURL(i, value)));
    }
}
