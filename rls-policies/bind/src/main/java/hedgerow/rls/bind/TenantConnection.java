package hedgerow.rls.bind;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;
import org.postgresql.PGStatement;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/// A connection for one tenant. See [TenantDataSource].
///
/// The driver knows whether a transaction is open, because it reads that off the wire. This class knows
/// whether it is bound: a savepoint can take the binding back while the transaction stays open.
final class TenantConnection implements Connection, TenantTransaction {

    /// SQLSTATEs of a prepared statement whose name SQL has taken, and of one that SQL has removed.
    private static final String NAME_TAKEN = "42P05";

    private static final String NAME_GONE = "26000";

    /// Settings that change without a tenant's SQL: the application names itself (`setClientInfo`), and a
    /// standby becomes a primary.
    private static final Set<String> MAY_CHANGE = Set.of("application_name", "in_hot_standby");

    private final TenantDataSource source;
    private final Connection delegate;
    private final BaseConnection driver;
    private final Tenant tenant;
    private final boolean scoped;
    private final boolean autoCommit;
    private int isolation;
    private boolean readOnly;
    private final Map<String, String> reported;
    private boolean bound;
    private boolean leavesTraces;
    private boolean closed;
    private DatabaseMetaData metaData;

    /// Whether batches wait for COMMIT, and the waiting batches.
    private boolean batchesWait;

    private final List<TenantStatement.Item> untilCommit = new ArrayList<>();

    /// Opens a connection for a tenant.
    ///
    /// @param scoped whether the tenant comes from the scope, not from an argument
    TenantConnection(TenantDataSource source, Connection delegate, BaseConnection driver, Tenant tenant, boolean scoped)
            throws SQLException {
        this.source = source;
        this.delegate = delegate;
        this.driver = driver;
        this.tenant = tenant;
        this.scoped = scoped;
        this.autoCommit = delegate.getAutoCommit();
        this.readOnly = delegate.isReadOnly();
        this.reported = Map.copyOf(driver.getParameterStatuses());
    }

    // The statements sent before an application statement

    /// The preamble that the next statement needs now.
    Preamble preamble() throws SQLException {
        checkScope();
        sendWaiting();
        var transaction = !delegate.getAutoCommit();
        if (transaction && isBound()) {
            return Preamble.NOTHING;
        }
        return source.preamble(Preamble.number(isolation, transaction, readOnly, tenant.isNone()));
    }

    private void checkScope() throws SQLException {
        if (scoped) {
            var current = Tenant.current();
            if (current.isPresent() && !current.get().equals(tenant)) {
                throw Refusal.tenant(
                        "This connection was opened for another tenant than the one in scope.",
                        "Open one in this scope.");
            }
        }
    }

    /// Whether the transaction is bound. In a failed transaction nothing can be bound, and nothing runs.
    private boolean isBound() {
        return switch (driver.getTransactionState()) {
            case IDLE -> false;
            case OPEN -> bound;
            case FAILED -> true;
        };
    }

    /// Sets the arguments of the bind call.
    ///
    /// @return the index of the first parameter after them
    int setArguments(Preamble preamble, PreparedStatement statement) throws SQLException {
        if (!preamble.binds()) {
            return 1;
        }
        var index = 1;
        for (var argument : source.call().arguments().of(tenant, source.backend(driver))) {
            statement.setObject(index++, argument);
        }
        return index;
    }

    /// Whether the server must not keep the pipeline as prepared statements: either because of the bind
    /// call itself, or because its strings are sent without a type (`stringtype=unspecified`), which the
    /// driver would look up.
    boolean isUnnamed(Preamble preamble) {
        return preamble.binds()
                && (source.call().prepared() == BindCall.Prepared.NEVER || !driver.getStringVarcharFlag());
    }

    /// Whether the server must parse the statements around the application's statement anew at each
    /// execution.
    boolean readsAnew(Preamble preamble) {
        return !preamble.isEmpty() && keepsStatements();
    }

    private boolean keepsStatements() {
        return source.call().prepared() == BindCall.Prepared.STATEMENT_KEPT;
    }

    /// Prepares the driver's statement for a pipeline. The driver keeps statements by their text, and drops
    /// the pipeline's other statements here, while no statement of that text is open.
    PreparedStatement prepare(Preamble preamble, String pipeline, Cursor cursor, boolean unnamed) throws SQLException {
        if (readsAnew(preamble)) {
            KeptStatements.forgetAllBut(preamble.statements().size(), driver, pipeline);
        }
        var statement = cursor.prepare(delegate, pipeline);
        if (unnamed) {
            forbidName(statement);
        } else if (keepsStatements()) {
            source.kept().use(driver, pipeline);
        }
        return statement;
    }

    /// Prepares a statement that needs nothing before it.
    PreparedStatement prepare(Sql sql) throws SQLException {
        if (sql.returnsKeys()) {
            var statement = delegate.prepareStatement(sql.text(), Statement.RETURN_GENERATED_KEYS);
            if (keepsStatements()) {
                forbidName(statement);
            }
            return statement;
        }
        return prepare(Preamble.NOTHING, sql.text(), defaultCursor(), false);
    }

    /// Keeps the driver from naming a statement; called before its first execution, because a named
    /// statement keeps its name.
    private static void forbidName(PreparedStatement statement) throws SQLException {
        statement.unwrap(PGStatement.class).setPrepareThreshold(0);
    }

    void succeeded(Preamble preamble) {
        if (!preamble.isEmpty()) {
            bound = !preamble.commits();
        }
    }

    /// Leaves neither a failed transaction nor a bound variable behind.
    ///
    /// A connection is closed if it cannot be rolled back, if it holds foreign state, or if a failure other
    /// than a server error may have left it in the middle of a response. A refused bind (28000) is rolled
    /// back like any other error, and the connection is kept, in sealed mode too: the settings of the bind
    /// call end with the transaction, the server has skipped the rest of the pipeline, and the next bind
    /// checks anew whether the session is clean. If it were closed, the refusals of one caller would drain
    /// the pool of all.
    void failed(Preamble preamble, Throwable failure) {
        if (!(failure instanceof SQLException answer) || isForeignState(preamble, answer)) {
            discard();
            return;
        }
        try {
            if (preamble.commits() && driver.getTransactionState() != TransactionState.IDLE && !driver.isClosed()) {
                rollBackPipeline();
            }
        } catch (SQLException | RuntimeException e) {
            failure.addSuppressed(e);
            discard();
        }
    }

    /// Rolls back in SQL. The driver believes that it is in auto-commit, where its own rollback() does
    /// nothing.
    private void rollBackPipeline() throws SQLException {
        try (var statement = delegate.createStatement()) {
            waiting(false, () -> statement.execute("rollback"));
        }
        if (driver.getTransactionState() != TransactionState.IDLE) {
            discard();
        }
    }

    /// Whether the bind call found objects that plain SQL had left in the session (08P01), or a name of the
    /// driver's prepared statements is taken or gone.
    private static boolean isForeignState(Preamble preamble, SQLException answer) {
        var state = answer.getSQLState();
        return preamble.binds()
                && state != null
                && (state.startsWith("08") || NAME_TAKEN.equals(state) || NAME_GONE.equals(state));
    }

    /// Remembers that a statement may leave something in the session, whether or not it succeeds.
    void sending(Sql sql) {
        leavesTraces |= sql.leavesTraces();
    }

    /// Closes the connection to the server, and makes the pool notice.
    private void discard() {
        try {
            driver.abort(Runnable::run);
            delegate.createStatement().close();
        } catch (SQLException expected) {
            // A pool throws a connection away when a call on it fails in this way.
        }
    }

    /// Binds the transaction now, in a round trip of its own.
    void bindNow() throws SQLException {
        var preamble = preamble();
        if (preamble.isEmpty()) {
            return;
        }
        try (var statement = prepare(preamble, preamble.alone(), defaultCursor(), isUnnamed(preamble))) {
            setArguments(preamble, statement);
            waiting(preamble.binds(), statement::execute);
            succeeded(preamble);
        } catch (SQLException | RuntimeException | Error e) {
            failed(preamble, e);
            throw e;
        }
    }

    /// Binds before the driver does something by itself at the beginning of a transaction.
    void bindIfInTransaction() throws SQLException {
        if (!open().getAutoCommit()) {
            bindNow();
        }
    }

    /// Runs `work` in the transaction that is open, or in one of its own.
    <T> T inTransaction(TenantDataSource.Work<T> work) throws SQLException {
        if (!delegate.getAutoCommit()) {
            bindNow();
            return work.run();
        }
        checkScope();
        delegate.setAutoCommit(false);
        try {
            bindNow();
            var result = work.run();
            commit();
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            rollBackAfter(e);
            throw e;
        } finally {
            restoreAutoCommit();
        }
    }

    /// Runs work that waits for the server once.
    <T> T waiting(boolean binding, TenantDataSource.Work<T> work) throws SQLException {
        return source.waiting(binding, work);
    }

    @FunctionalInterface
    private interface Step {
        void run() throws SQLException;
    }

    private void waiting(Step step) throws SQLException {
        waiting(false, () -> {
            step.run();
            return null;
        });
    }

    /// Ends the transaction. Outside a transaction the driver sends nothing.
    private void ending(Step step) throws SQLException {
        if (driver.getTransactionState() == TransactionState.IDLE) {
            step.run();
        } else {
            waiting(step);
        }
    }

    private void rollBackAfter(Throwable failure) {
        try {
            rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
            discard();
        }
    }

    private void restoreAutoCommit() throws SQLException {
        if (!driver.isClosed() && !delegate.isClosed()) {
            delegate.setAutoCommit(true);
        }
    }

    Sql sql(String sql, Sql.Kind kind, List<String> keys) throws SQLException {
        checkOpen();
        return source.statement(new Sql.Key(sql, kind, driver.getStandardConformingStrings(), keys), driver);
    }

    Connection delegate() {
        return delegate;
    }

    private void checkOpen() throws SQLException {
        if (closed) {
            throw Refusal.closed("connection");
        }
    }

    private Connection open() throws SQLException {
        checkOpen();
        return delegate;
    }

    // Statements

    @Override
    public Statement createStatement() throws SQLException {
        return createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
    }

    @Override
    public Statement createStatement(int type, int concurrency) throws SQLException {
        return createStatement(type, concurrency, getHoldability());
    }

    @Override
    public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
        return new TenantStatement(this, new Cursor(type, concurrency, holdability));
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        return prepare(sql, List.of(), defaultCursor());
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
        return prepareStatement(sql, type, concurrency, getHoldability());
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return prepare(sql, List.of(), new Cursor(type, concurrency, holdability));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int autoGeneratedKeys) throws SQLException {
        return prepare(sql, TenantStatement.keys(autoGeneratedKeys), defaultCursor());
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int[] columnIndexes) throws SQLException {
        return prepare(sql, TenantStatement.keys(columnIndexes), defaultCursor());
    }

    @Override
    public PreparedStatement prepareStatement(String sql, String[] columnNames) throws SQLException {
        return prepare(sql, TenantStatement.keys(columnNames), defaultCursor());
    }

    private PreparedStatement prepare(String sql, List<String> keys, Cursor cursor) throws SQLException {
        return new TenantPreparedStatement(this, sql(sql, Sql.Kind.PREPARED, keys), cursor);
    }

    private Cursor defaultCursor() throws SQLException {
        return new Cursor(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, getHoldability());
    }

    @Override
    public CallableStatement prepareCall(String sql) throws SQLException {
        return prepareCall(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
        return prepareCall(sql, type, concurrency, getHoldability());
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability) throws SQLException {
        var cursor = new Cursor(type, concurrency, holdability);
        return TenantCall.of(new TenantPreparedStatement(this, sql(sql, Sql.Kind.CALL, List.of()), cursor));
    }

    @Override
    public String nativeSQL(String sql) throws SQLException {
        return open().nativeSQL(sql);
    }

    // Transactions

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        if (open().getAutoCommit() != autoCommit) {
            if (autoCommit) {
                commit(); // as JDBC requires, with the waiting batches
            }
            bound = false;
            ending(() -> delegate.setAutoCommit(autoCommit));
        }
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return open().getAutoCommit();
    }

    @Override
    public void commit() throws SQLException {
        var last = takeWaiting();
        batchesWait = false;
        if (last.isEmpty()) {
            ending(open()::commit);
        } else {
            try (var statement = new TenantStatement(this, defaultCursor())) {
                statement.sendWithCommit(last);
            }
        }
        bound = false;
    }

    @Override
    public void rollback() throws SQLException {
        untilCommit.clear();
        batchesWait = false;
        bound = false;
        ending(open()::rollback);
    }

    @Override
    public void sendBatchesWithCommit() throws SQLException {
        if (open().getAutoCommit()) {
            throw Refusal.of("There is no COMMIT to wait for in auto-commit.", "Call setAutoCommit(false).");
        }
        batchesWait = true;
    }

    /// Keeps the items of a batch until COMMIT, if they may wait.
    boolean keepsWaiting(List<TenantStatement.Item> items) throws SQLException {
        if (!batchesWait
                || untilCommit.size() + items.size() > TenantStatement.MOST_IN_PIPELINE
                || items.getFirst().sql().returnsKeys()) {
            return false;
        }
        return untilCommit.addAll(items);
    }

    /// Sends the batches that wait, before anything that comes after them.
    void sendWaiting() throws SQLException {
        var items = takeWaiting();
        if (!items.isEmpty()) {
            try (var statement = new TenantStatement(this, defaultCursor())) {
                statement.send(items);
            }
        }
    }

    private List<TenantStatement.Item> takeWaiting() {
        var items = List.copyOf(untilCommit);
        untilCommit.clear();
        return items;
    }

    /// Binds first: the binding must be older than any savepoint; otherwise a rollback to the savepoint
    /// would take the binding back.
    @Override
    public Savepoint setSavepoint() throws SQLException {
        bindIfInTransaction();
        return waiting(false, delegate::setSavepoint);
    }

    @Override
    public Savepoint setSavepoint(String name) throws SQLException {
        bindIfInTransaction();
        return waiting(false, () -> delegate.setSavepoint(name));
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        var delegate = open();
        sendWaiting();
        waiting(() -> delegate.rollback(savepoint));
    }

    @Override
    public void releaseSavepoint(Savepoint savepoint) throws SQLException {
        var delegate = open();
        sendWaiting();
        waiting(() -> delegate.releaseSavepoint(savepoint));
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        checkOutsideTransaction("The isolation level");
        switch (level) {
            case TRANSACTION_READ_UNCOMMITTED,
                    TRANSACTION_READ_COMMITTED,
                    TRANSACTION_REPEATABLE_READ,
                    TRANSACTION_SERIALIZABLE -> isolation = level;
            default ->
                throw Refusal.of(
                        "There is no isolation level " + level + ".", "Use a constant of java.sql.Connection.");
        }
    }

    /// The isolation level, kept here and set at the beginning of each transaction; the driver would set it
    /// for the whole session.
    @Override
    public int getTransactionIsolation() throws SQLException {
        return isolation == 0 ? open().getTransactionIsolation() : isolation;
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        checkOutsideTransaction("The read-only mode");
        this.readOnly = readOnly;
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        checkOpen();
        return readOnly;
    }

    private void checkOutsideTransaction(String what) throws SQLException {
        if (!open().getAutoCommit() && driver.getTransactionState() != TransactionState.IDLE) {
            throw Refusal.of(what + " cannot change inside a transaction.", "Commit or roll back first.");
        }
    }

    // The end

    /// Rolls back an open transaction and restores the connection's settings, whatever the pool would do. A
    /// connection in whose session something may be left is closed instead, so that it reaches no other
    /// tenant.
    @Override
    public void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            endTransaction();
        } finally {
            delegate.close();
        }
    }

    private void endTransaction() {
        try {
            if (driver.isClosed()) {
                return;
            }
            if (leavesTraces || isReportedChanged()) {
                discard();
                return;
            }
            if (driver.getTransactionState() != TransactionState.IDLE) {
                waiting(delegate::rollback);
            }
            if (delegate.getAutoCommit() != autoCommit) {
                delegate.setAutoCommit(autoCommit);
            }
        } catch (SQLException e) {
            discard();
        }
    }

    /// Whether one of the settings that the server reports to its client has changed.
    private boolean isReportedChanged() {
        var now = driver.getParameterStatuses();
        return reported.entrySet().stream()
                .anyMatch(setting -> !MAY_CHANGE.contains(setting.getKey())
                        && !setting.getValue().equals(now.get(setting.getKey())));
    }

    @Override
    public boolean isClosed() throws SQLException {
        return closed || delegate.isClosed();
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        closed = true;
        delegate.abort(executor);
    }

    @Override
    public boolean isValid(int timeout) throws SQLException {
        return !closed && delegate.isValid(timeout);
    }

    // The rest is the driver's

    @Override
    public DatabaseMetaData getMetaData() throws SQLException {
        checkOpen();
        if (metaData == null) {
            metaData = metaData(delegate.getMetaData());
        }
        return metaData;
    }

    private DatabaseMetaData metaData(DatabaseMetaData ofDriver) {
        return (DatabaseMetaData) Proxy.newProxyInstance(
                DatabaseMetaData.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        return this;
                    }
                    try {
                        return method.invoke(ofDriver, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public SQLWarning getWarnings() throws SQLException {
        return open().getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        open().clearWarnings();
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        open().setCatalog(catalog);
    }

    @Override
    public String getCatalog() throws SQLException {
        return open().getCatalog();
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        throw Refusal.of(
                "A schema set for the session would stay on a pooled connection.",
                "Set currentSchema in the JDBC URL.");
    }

    @Override
    public String getSchema() throws SQLException {
        return open().getSchema();
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        open().setHoldability(holdability);
    }

    @Override
    public int getHoldability() throws SQLException {
        return open().getHoldability();
    }

    @Override
    public Map<String, Class<?>> getTypeMap() throws SQLException {
        return open().getTypeMap();
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        open().setTypeMap(map);
    }

    @Override
    public Clob createClob() throws SQLException {
        return open().createClob();
    }

    @Override
    public Blob createBlob() throws SQLException {
        return open().createBlob();
    }

    @Override
    public NClob createNClob() throws SQLException {
        return open().createNClob();
    }

    @Override
    public SQLXML createSQLXML() throws SQLException {
        return open().createSQLXML();
    }

    @Override
    public Array createArrayOf(String typeName, Object[] elements) throws SQLException {
        return open().createArrayOf(typeName, elements);
    }

    @Override
    public Struct createStruct(String typeName, Object[] attributes) throws SQLException {
        return open().createStruct(typeName, attributes);
    }

    @Override
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        checkOpenForClient();
        delegate.setClientInfo(name, value);
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        checkOpenForClient();
        delegate.setClientInfo(properties);
    }

    private void checkOpenForClient() throws SQLClientInfoException {
        if (closed) {
            throw new SQLClientInfoException("This connection is closed.", Map.of());
        }
    }

    @Override
    public String getClientInfo(String name) throws SQLException {
        return open().getClientInfo(name);
    }

    @Override
    public Properties getClientInfo() throws SQLException {
        return open().getClientInfo();
    }

    @Override
    public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        open().setNetworkTimeout(executor, milliseconds);
    }

    @Override
    public int getNetworkTimeout() throws SQLException {
        return open().getNetworkTimeout();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : open().unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || open().isWrapperFor(type);
    }
}
