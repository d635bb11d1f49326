package hedgerow.rls.bind;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A statement of a [TenantConnection]: sends each text with the statements that must go before and after
/// it, and shows the application the result of its own statement only.
class TenantStatement implements Statement {

    /// The most statements of a batch in one pipeline. The driver itself waits for the server after about
    /// 250.
    static final int MOST_IN_PIPELINE = 64;

    static final Parameter[] NO_PARAMETERS = {};

    /// A statement and its values.
    record Item(Sql sql, Parameter[] values) {}

    final TenantConnection connection;
    final List<Item> batch = new ArrayList<>();
    private final Cursor cursor;

    /// The statement that was sent last. Another thread may cancel it.
    private volatile PreparedStatement sent;

    private String sentText = "";
    private boolean sentUnnamed;
    private boolean isClosed;

    private ResultSet rows;
    private ResultSet keys;
    private long count = -1;

    private int maxRows;
    private int fetchSize;
    private int fetchDirection = ResultSet.FETCH_FORWARD;
    private int timeoutSeconds;
    private int maxFieldSize;
    private boolean poolable = isPrepared();
    private boolean closeOnCompletion;
    private boolean hasChanged;

    TenantStatement(TenantConnection connection, Cursor cursor) throws SQLException {
        this.connection = connection;
        this.cursor = cursor;
    }

    boolean isPrepared() {
        return false;
    }

    // One statement

    /// Sends one statement.
    ///
    /// @return whether it returned rows
    final boolean run(Sql sql, Parameter[] values) throws SQLException {
        forgetResults();
        var preamble = connection.preamble();
        checkUpdatable(preamble);
        connection.sending(sql);
        try {
            var statement =
                    statement(preamble, sql.pipeline(preamble), sql.returnsKeys(), isUnnamed(preamble, sql, values));
            setParameters(statement, connection.setArguments(preamble, statement), values);
            take(statement, executed(statement, preamble), sql.returnsKeys());
            connection.succeeded(preamble);
            return rows != null;
        } catch (SQLException | RuntimeException | Error e) {
            connection.failed(preamble, e);
            throw e;
        }
    }

    /// A named statement whose parameter types the driver must ask for costs two more round trips at each
    /// execution, if it follows others and returns rows of unbounded size. An unnamed one costs a parse.
    private boolean isUnnamed(Preamble preamble, Sql sql, Parameter[] values) {
        if (connection.isUnnamed(preamble)) {
            return true;
        }
        return !preamble.isEmpty() && sql.returnsRows() && !areTyped(Arrays.stream(values));
    }

    private static boolean areTyped(Stream<Parameter> values) {
        return values.allMatch(value -> value.isTyped());
    }

    /// Executes, and steps over the results of the preamble.
    private boolean executed(PreparedStatement statement, Preamble preamble) throws SQLException {
        boolean isRows = connection.waiting(preamble.binds(), statement::execute);
        for (var before = preamble.statements().size(); before > 0; before--) {
            isRows = statement.getMoreResults();
        }
        return isRows;
    }

    private void take(PreparedStatement statement, boolean isRows, boolean returnsKeys) throws SQLException {
        if (!isRows) {
            count = statement.getLargeUpdateCount();
        } else if (returnsKeys) {
            keys = statement.getResultSet();
            count = size(keys);
        } else {
            rows = statement.getResultSet();
            completeWithRows(statement);
        }
    }

    private static long size(ResultSet rows) throws SQLException {
        var size = rows.last() ? rows.getRow() : 0;
        rows.beforeFirst();
        return size;
    }

    private void completeWithRows(PreparedStatement statement) throws SQLException {
        if (closeOnCompletion) {
            statement.closeOnCompletion();
        }
    }

    /// Refuses updatable results, whose rows the driver changes by statements of its own, outside the
    /// pipeline.
    private void checkUpdatable(Preamble preamble) throws SQLException {
        if (preamble.commits() && cursor.isUpdatable()) {
            throw Refusal.of("An updatable result set needs a transaction.", "Call setAutoCommit(false).");
        }
    }

    private PreparedStatement statement(Preamble preamble, String text, boolean returnsKeys, boolean unnamed)
            throws SQLException {
        if (connection.readsAnew(preamble)) {
            closeSent();
        }
        if (sent == null || !text.equals(sentText) || unnamed != sentUnnamed || sent.isClosed()) {
            var kind = returnsKeys ? cursor.scrollable() : cursor;
            use(connection.prepare(preamble, text, kind, unnamed));
            sentText = text;
            sentUnnamed = unnamed;
        }
        if (hasChanged) {
            applySettings();
        }
        return sent;
    }

    /// Makes this the statement that is sent from now on.
    final PreparedStatement use(PreparedStatement statement) throws SQLException {
        closeSent();
        sent = statement;
        applySettings();
        return statement;
    }

    private void applySettings() throws SQLException {
        sent.setMaxRows(maxRows);
        sent.setFetchSize(fetchSize);
        sent.setFetchDirection(fetchDirection);
        sent.setQueryTimeout(timeoutSeconds);
        sent.setMaxFieldSize(maxFieldSize);
        hasChanged = false;
    }

    static int setParameters(PreparedStatement statement, int first, Parameter[] values) throws SQLException {
        var index = first;
        for (var value : values) {
            value.set(statement, index++);
        }
        return index;
    }

    private void forgetResults() throws SQLException {
        checkOpen();
        rows = null;
        keys = null;
        count = -1;
    }

    private void closeSent() throws SQLException {
        if (sent != null) {
            sent.close();
            sent = null;
            sentText = "";
        }
    }

    final void checkOpen() throws SQLException {
        if (isClosed()) {
            throw Refusal.closed("statement");
        }
    }

    final ResultSet rowsOf(boolean isRows) throws SQLException {
        if (!isRows) {
            throw new SQLException("No results were returned by the query.", "02000");
        }
        return rows;
    }

    final long countOf(boolean isRows) throws SQLException {
        if (isRows) {
            throw new SQLException("A result was returned when none was expected.", "0100E");
        }
        return count;
    }

    static int small(long count) {
        return count > Integer.MAX_VALUE ? SUCCESS_NO_INFO : (int) count;
    }

    // Text

    Sql sql(String sql, List<String> keys) throws SQLException {
        checkOpen();
        return connection.sql(sql, Sql.Kind.PLAIN, keys);
    }

    private boolean run(String sql, List<String> keys) throws SQLException {
        return run(sql(sql, keys), NO_PARAMETERS);
    }

    static List<String> keys(int autoGeneratedKeys) {
        return autoGeneratedKeys == RETURN_GENERATED_KEYS ? List.of("*") : List.of();
    }

    static List<String> keys(String[] columnNames) {
        return columnNames == null ? List.of() : List.of(columnNames);
    }

    static List<String> keys(int[] columnIndexes) throws SQLException {
        if (columnIndexes != null && columnIndexes.length > 0) {
            throw Refusal.of("Generated keys cannot be found by column number.", "Name the columns.");
        }
        return List.of();
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        return run(sql, List.of());
    }

    @Override
    public boolean execute(String sql, int autoGeneratedKeys) throws SQLException {
        return run(sql, keys(autoGeneratedKeys));
    }

    @Override
    public boolean execute(String sql, int[] columnIndexes) throws SQLException {
        return run(sql, keys(columnIndexes));
    }

    @Override
    public boolean execute(String sql, String[] columnNames) throws SQLException {
        return run(sql, keys(columnNames));
    }

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        return rowsOf(run(sql, List.of()));
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        return countOf(run(sql, List.of()));
    }

    @Override
    public long executeLargeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        return countOf(run(sql, keys(autoGeneratedKeys)));
    }

    @Override
    public long executeLargeUpdate(String sql, int[] columnIndexes) throws SQLException {
        return countOf(run(sql, keys(columnIndexes)));
    }

    @Override
    public long executeLargeUpdate(String sql, String[] columnNames) throws SQLException {
        return countOf(run(sql, keys(columnNames)));
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        return small(executeLargeUpdate(sql));
    }

    @Override
    public int executeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        return small(executeLargeUpdate(sql, autoGeneratedKeys));
    }

    @Override
    public int executeUpdate(String sql, int[] columnIndexes) throws SQLException {
        return small(executeLargeUpdate(sql, columnIndexes));
    }

    @Override
    public int executeUpdate(String sql, String[] columnNames) throws SQLException {
        return small(executeLargeUpdate(sql, columnNames));
    }

    // Batches

    @Override
    public void addBatch(String sql) throws SQLException {
        batch.add(new Item(sql(sql, List.of()), NO_PARAMETERS));
    }

    @Override
    public void clearBatch() throws SQLException {
        checkOpen();
        batch.clear();
    }

    @Override
    public int[] executeBatch() throws SQLException {
        return Arrays.stream(executeLargeBatch())
                .mapToInt(TenantStatement::small)
                .toArray();
    }

    /// Executes a batch. In auto-commit it succeeds or fails as a whole. A short batch is one round trip; a
    /// long one is a transaction.
    @Override
    public long[] executeLargeBatch() throws SQLException {
        forgetResults();
        var items = List.copyOf(batch);
        batch.clear();
        if (items.isEmpty()) {
            return new long[0];
        }
        if (connection.keepsWaiting(items)) {
            return all(SUCCESS_NO_INFO, items.size());
        }
        return isShort(items) ? runTogether(items) : connection.inTransaction(() -> runMany(items));
    }

    private boolean isShort(List<Item> items) throws SQLException {
        return items.size() <= MOST_IN_PIPELINE
                && !items.getFirst().sql().returnsKeys()
                && !(isPrepared() && connection.preamble().isEmpty());
    }

    /// Runs the items in a bound transaction.
    long[] runMany(List<Item> items) throws SQLException {
        var counts = new long[items.size()];
        for (var from = 0; from < counts.length; from += MOST_IN_PIPELINE) {
            var some = runTogether(items.subList(from, Math.min(counts.length, from + MOST_IN_PIPELINE)));
            System.arraycopy(some, 0, counts, from, some.length);
        }
        return counts;
    }

    private long[] runTogether(List<Item> items) throws SQLException {
        try {
            return send(items);
        } catch (SQLException e) {
            throw batchFailure(e, items.size());
        }
    }

    /// Sends one pipeline. It stays unnamed; otherwise the server would keep the same statement many times
    /// over.
    long[] send(List<Item> items) throws SQLException {
        return send(items, texts(items), true);
    }

    /// Sends the last statements of a transaction with its COMMIT.
    void sendWithCommit(List<Item> items) throws SQLException {
        var values = items.stream().flatMap(item -> Arrays.stream(item.values()));
        send(items, Stream.concat(texts(items), Stream.of("commit")), !areTyped(values));
    }

    private static Stream<String> texts(List<Item> items) {
        return items.stream().map(item -> item.sql().text());
    }

    private long[] send(List<Item> items, Stream<String> texts, boolean unnamed) throws SQLException {
        var preamble = connection.preamble();
        var pipeline = preamble.around(texts.toArray(String[]::new));
        items.forEach(item -> connection.sending(item.sql()));
        try {
            var statement = statement(preamble, pipeline, false, unnamed || connection.isUnnamed(preamble));
            var index = connection.setArguments(preamble, statement);
            for (var item : items) {
                index = setParameters(statement, index, item.values());
            }
            var counts = counts(statement, executed(statement, preamble), items.size());
            connection.succeeded(preamble);
            return counts;
        } catch (SQLException | RuntimeException | Error e) {
            connection.failed(preamble, e);
            throw e;
        }
    }

    private static long[] counts(PreparedStatement statement, boolean isRows, int size) throws SQLException {
        var counts = new long[size];
        for (var i = 0; i < size; i++) {
            if (i == 0 ? isRows : statement.getMoreResults()) {
                throw new SQLException("A result was returned when none was expected.", "0100E");
            }
            counts[i] = statement.getLargeUpdateCount();
        }
        return counts;
    }

    private static BatchUpdateException batchFailure(SQLException cause, int size) {
        var failure = new BatchUpdateException(
                "The batch failed: " + cause.getMessage(),
                cause.getSQLState(),
                cause.getErrorCode(),
                all(EXECUTE_FAILED, size),
                cause);
        failure.setNextException(cause);
        return failure;
    }

    private static long[] all(int count, int size) {
        var counts = new long[size];
        Arrays.fill(counts, count);
        return counts;
    }

    // Results

    @Override
    public ResultSet getResultSet() throws SQLException {
        checkOpen();
        return rows;
    }

    @Override
    public int getUpdateCount() throws SQLException {
        return small(getLargeUpdateCount());
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        checkOpen();
        return count;
    }

    @Override
    public boolean getMoreResults() throws SQLException {
        return getMoreResults(CLOSE_CURRENT_RESULT);
    }

    /// Returns false: a statement has one result.
    @Override
    public boolean getMoreResults(int current) throws SQLException {
        checkOpen();
        if (rows != null && current != KEEP_CURRENT_RESULT) {
            rows.close();
        }
        rows = null;
        count = -1;
        return false;
    }

    /// The generated keys; an empty result set if there are none.
    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        checkOpen();
        if (keys != null) {
            return keys;
        }
        try (var none = connection.delegate().createStatement()) {
            return none.getGeneratedKeys();
        }
    }

    final void setKeys(ResultSet keys) {
        this.keys = keys;
    }

    @Override
    public SQLWarning getWarnings() throws SQLException {
        checkOpen();
        return sent == null ? null : sent.getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        checkOpen();
        if (sent != null) {
            sent.clearWarnings();
        }
    }

    // Settings

    @Override
    public int getQueryTimeout() throws SQLException {
        checkOpen();
        return timeoutSeconds;
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        timeoutSeconds = notNegative(seconds);
    }

    @Override
    public int getMaxRows() throws SQLException {
        checkOpen();
        return maxRows;
    }

    @Override
    public void setMaxRows(int max) throws SQLException {
        maxRows = notNegative(max);
    }

    @Override
    public long getLargeMaxRows() throws SQLException {
        return getMaxRows();
    }

    @Override
    public void setLargeMaxRows(long max) throws SQLException {
        setMaxRows(Math.toIntExact(max));
    }

    @Override
    public int getFetchSize() throws SQLException {
        checkOpen();
        return fetchSize;
    }

    @Override
    public void setFetchSize(int rows) throws SQLException {
        fetchSize = notNegative(rows);
    }

    @Override
    public int getFetchDirection() throws SQLException {
        checkOpen();
        return fetchDirection;
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        checkOpen();
        fetchDirection = direction;
        hasChanged = true;
    }

    @Override
    public int getMaxFieldSize() throws SQLException {
        checkOpen();
        return maxFieldSize;
    }

    @Override
    public void setMaxFieldSize(int max) throws SQLException {
        maxFieldSize = notNegative(max);
    }

    private int notNegative(int value) throws SQLException {
        checkOpen();
        if (value < 0) {
            throw new SQLException("this setting must not be negative: " + value, "22023");
        }
        hasChanged = true;
        return value;
    }

    @Override
    public void setEscapeProcessing(boolean enable) throws SQLException {
        checkOpen();
        if (!enable) {
            throw Refusal.of("JDBC escapes are always processed.", "Write braces inside string constants only.");
        }
    }

    @Override
    public void setCursorName(String name) throws SQLException {
        checkOpen();
    }

    @Override
    public int getResultSetType() throws SQLException {
        checkOpen();
        return cursor.type();
    }

    @Override
    public int getResultSetConcurrency() throws SQLException {
        checkOpen();
        return cursor.concurrency();
    }

    @Override
    public int getResultSetHoldability() throws SQLException {
        checkOpen();
        return cursor.holdability();
    }

    @Override
    public void setPoolable(boolean poolable) throws SQLException {
        checkOpen();
        this.poolable = poolable;
    }

    @Override
    public boolean isPoolable() throws SQLException {
        checkOpen();
        return poolable;
    }

    @Override
    public void closeOnCompletion() throws SQLException {
        checkOpen();
        closeOnCompletion = true;
    }

    @Override
    public boolean isCloseOnCompletion() throws SQLException {
        checkOpen();
        return closeOnCompletion;
    }

    // The end

    @Override
    public void cancel() throws SQLException {
        checkOpen();
        var running = sent;
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public void close() throws SQLException {
        isClosed = true;
        closeSent();
    }

    @Override
    public boolean isClosed() throws SQLException {
        return isClosed || connection.isClosed() || closeOnCompletion && rows != null && sent.isClosed();
    }

    @Override
    public Connection getConnection() throws SQLException {
        checkOpen();
        return connection;
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        if (sent == null) {
            throw new SQLException("This statement has not been executed, and has no %s yet. Execute it first."
                    .formatted(type.getName()));
        }
        return sent.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || sent != null && sent.isWrapperFor(type);
    }
}
