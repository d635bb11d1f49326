package hedgerow.rls.bind;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PreferQueryMode;

/// A data source whose connections run every statement for one tenant, without an extra round trip.
///
///     var tenants = TenantDataSource.over(pool, BindCall.plain());
///     Tenant.of(organization, actor, true).call(() -> {
///         try (var connection = tenants.getConnection(); ...
///
/// An auto-commit statement is sent as `begin; <bind call>; <statement>; commit` in one pipeline: a
/// transaction of its own in one round trip. In an explicit transaction the bind call rides with the first
/// statement, and COMMIT is the second round trip. Nothing is left on a connection: variables end with the
/// transaction, isolation and read-only mode are set at its beginning, a failed pipeline is rolled back,
/// and a connection that cannot be rolled back, or in whose session a statement may have left something, is
/// closed.
///
/// A connection keeps the tenant for which it was opened. It refuses to work while another tenant is in
/// scope. Text that begins or ends a transaction, or sets something that outlives it, is refused; so is
/// more than one statement in one text. An object obtained through [Connection#unwrap] is the driver's; in
/// a transaction that is not bound it sees no row of any tenant.
///
/// @see <a href="https://jdbc.postgresql.org/documentation/server-prepare/">pgJDBC: server prepared
///     statements</a>
public final class TenantDataSource extends Overlay {

    /// The number of distinct statements that are kept, and their maximum length: an application that
    /// builds SQL from values must not fill the memory.
    private static final int MOST_STATEMENTS = 4_096;

    private static final int LONGEST_STATEMENT = 10_000;

    static final String SIMPLE = "with preferQueryMode=simple a pipeline takes several round trips";

    private final BindCall call;
    private final Optional<RoundTripListener> listener;
    private final Preamble[] preambles;
    private final ConcurrentHashMap<Sql.Key, Sql> statements = new ConcurrentHashMap<>();
    private final Backends backends = new Backends(this);
    private final KeptStatements kept = new KeptStatements();

    private TenantDataSource(DataSource source, BindCall call, Optional<RoundTripListener> listener) {
        super(Objects.requireNonNull(source, "source"));
        this.call = Objects.requireNonNull(call, "call");
        this.listener = listener;
        this.preambles = Preamble.all(call);
    }

    /// A data source over another.
    ///
    /// @param source a source of pgJDBC connections, pooled or not
    /// @param call the statement that binds a transaction
    public static TenantDataSource over(DataSource source, BindCall call) {
        return new TenantDataSource(source, call, Optional.empty());
    }

    /// A data source over another, with a listener that is called for every round trip.
    public static TenantDataSource over(DataSource source, BindCall call, RoundTripListener listener) {
        return new TenantDataSource(source, call, Optional.of(listener));
    }

    /// A connection for the tenant in scope.
    ///
    /// @throws SQLException with SQLSTATE 28000 if none is in scope, and whatever the wrapped data source
    ///     throws
    @Override
    public Connection getConnection() throws SQLException {
        var tenant = Tenant.current()
                .orElseThrow(() -> Refusal.tenant(
                        "No tenant is in scope.",
                        "Run the code inside Tenant.of(...).call(...), carry the tenant to this thread with"
                                + " Tenant.wrap(...), or use Tenant.none() on purpose."));
        return open(tenant, true);
    }

    /// A connection for this tenant, whatever tenant is in scope.
    public Connection getConnection(Tenant tenant) throws SQLException {
        return open(Objects.requireNonNull(tenant, "tenant"), false);
    }

    /// Fails, because a tenant is not a login.
    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw Refusal.of("A tenant has no login.", "Call getConnection(Tenant).");
    }

    /// A view of this data source for code that knows nothing of tenants.
    public DataSource forTenant(Tenant tenant) {
        return new FixedTenant(this, Objects.requireNonNull(tenant, "tenant"));
    }

    private Connection open(Tenant tenant, boolean scoped) throws SQLException {
        var connection = source().getConnection();
        try {
            var driver = connection.unwrap(BaseConnection.class);
            checkProtocol(driver);
            return new TenantConnection(this, connection, driver, tenant, scoped);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void checkProtocol(BaseConnection driver) throws SQLException {
        if (driver.getPreferQueryMode() == PreferQueryMode.SIMPLE) {
            throw Refusal.of("The JDBC URL sets preferQueryMode=simple.", "Remove it: " + SIMPLE + ".");
        }
        if (driver.getPrepareThreshold() < 0) {
            throw Refusal.of(
                    "The JDBC URL sets prepareThreshold=-1, which makes the driver describe every statement first and"
                            + " mix up those of a pipeline.",
                    "Remove it from the JDBC URL.");
        }
    }

    BindCall call() {
        return call;
    }

    KeptStatements kept() {
        return kept;
    }

    BindCall.Backend backend(BaseConnection driver) {
        return backends.of(driver);
    }

    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    /// Runs work that waits for the server once.
    <T> T waiting(boolean binding, Work<T> work) throws SQLException {
        if (listener.isEmpty()) {
            return work.run();
        }
        var begun = System.nanoTime();
        try {
            return work.run();
        } finally {
            listener.get().waited(binding, Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    Preamble preamble(int number) {
        return preambles[number];
    }

    Sql statement(Sql.Key key, BaseConnection driver) throws SQLException {
        var known = statements.get(key);
        if (known != null) {
            return known;
        }
        var parsed = Sql.parse(key, driver, call.variables());
        if (key.sql().length() <= LONGEST_STATEMENT) {
            keep(key, parsed);
        }
        return parsed;
    }

    private void keep(Sql.Key key, Sql statement) {
        if (statements.size() >= MOST_STATEMENTS) {
            statements.clear();
        }
        statements.put(key, statement);
    }
}
