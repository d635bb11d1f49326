package hedgerow.mappers;

import hedgerow.mappers.reference.ConstraintMapper;
import hedgerow.rls.bind.TenantTransaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.defaults.DefaultSqlSessionFactory;
import org.apache.ibatis.transaction.TransactionFactory;
import org.apache.ibatis.transaction.managed.ManagedTransactionFactory;

/// Runs the statements of the mappers over a data source that binds each connection to the tenant in scope.
///
///     var customer = database.read(on -> on.get(CustomerMapper.class).find(tenant, id));
///
/// Thread-safe. Objects passed to `work` must not leave it. Failures are [StatementFailure].
public final class Database {

    /// The SQLSTATEs of a violated unique, foreign key or CHECK constraint.
    private static final Set<String> VIOLATIONS = Set.of("23505", "23503", "23514");

    private final DataSource source;
    private final SqlSessionFactory sessions;

    private Database(DataSource source, Configuration statements) {
        this.source = source;
        statements.setEnvironment(new Environment("database", handsOff(), source));
        this.sessions = new DefaultSqlSessionFactory(statements);
    }

    /// Reads the mappers; call it once per application, because it takes a moment.
    public static Database over(DataSource source) {
        return new Database(Objects.requireNonNull(source), Statements.read());
    }

    /// Runs each statement in a READ ONLY transaction of its own: one statement, one round trip.
    public <T> T read(Function<Mappers, T> work) {
        return on(connection -> {
            connection.setReadOnly(true);
            return run(connection, work);
        });
    }

    /// Runs all statements in one READ ONLY transaction.
    public <T> T readInTransaction(Function<Mappers, T> work) {
        return on(connection -> {
            connection.setReadOnly(true);
            return inTransaction(connection, work, Ending.ROLLBACK);
        });
    }

    /// Runs and commits each statement by itself: one statement, one round trip. Changes that must be made
    /// together belong in [#write].
    public <T> T writeAlone(Function<Mappers, T> work) {
        return on(connection -> run(connection, work));
    }

    /// Runs all statements in one transaction, which is committed unless `work` throws.
    public <T> T write(Function<Mappers, T> work) {
        return on(connection -> inTransaction(connection, work, Ending.COMMIT));
    }

    /// Does the same as [#write], including the deferred constraints; then undoes all of it.
    public <T> T dryRun(Function<Mappers, T> work) {
        return on(connection -> inTransaction(connection, work, Ending.CHECK_AND_ROLLBACK));
    }

    /// The statements, for tests that examine each of them.
    Configuration statements() {
        return sessions.getConfiguration();
    }

    /// A transaction factory that leaves commit, rollback and close to this class.
    private static TransactionFactory handsOff() {
        var keepOpen = new Properties();
        keepOpen.setProperty("closeConnection", "false");
        var transactions = new ManagedTransactionFactory();
        transactions.setProperties(keepOpen);
        return transactions;
    }

    private <T> T on(Work<T> work) {
        try (var connection = source.getConnection()) {
            try {
                return work.on(connection);
            } catch (SQLException e) {
                throw explained(connection, StatementFailure.of(e));
            } catch (PersistenceException e) {
                throw failure(e) instanceof StatementFailure failure ? explained(connection, failure) : e;
            }
        } catch (SQLException e) {
            throw StatementFailure.of(e);
        }
    }

    /// Adds to a failure the columns of the violated constraint. The server names the constraint only; the
    /// catalog knows its columns.
    private StatementFailure explained(Connection connection, StatementFailure failure) {
        if (!VIOLATIONS.contains(failure.sqlState())
                || failure.table().isEmpty()
                || failure.constraint().isEmpty()) {
            return failure;
        }
        try {
            var table = failure.table().get();
            var constraint = failure.constraint().get();
            return failure.withColumns(
                    run(connection, on -> on.get(ConstraintMapper.class).columns(table, constraint)));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            return failure;
        }
    }

    private <T> T inTransaction(Connection connection, Function<Mappers, T> work, Ending ending) throws SQLException {
        connection.setAutoCommit(false);
        try {
            var result = ending == Ending.COMMIT ? runToCommit(connection, work) : run(connection, work);
            ending.end(connection);
            return result;
        } catch (Throwable failed) {
            undo(connection, failed);
            throw failed;
        }
    }

    private <T> T run(Connection connection, Function<Mappers, T> work) {
        try (SqlSession session = sessions.openSession(connection)) {
            return work.apply(new OnSessions(session, session));
        }
    }

    private <T> T runToCommit(Connection connection, Function<Mappers, T> work) throws SQLException {
        if (!connection.isWrapperFor(TenantTransaction.class)) {
            return run(connection, work);
        }
        connection.unwrap(TenantTransaction.class).sendBatchesWithCommit();
        try (SqlSession session = sessions.openSession(connection);
                SqlSession last = sessions.openSession(ExecutorType.BATCH, connection)) {
            return work.apply(new OnSessions(session, last));
        }
    }

    private record OnSessions(SqlSession session, SqlSession last) implements Mappers {

        @Override
        public <M> M get(Class<M> mapper) {
            return session.getMapper(mapper);
        }

        /// A mapper that hands each statement to the connection at once, which sends it before any later
        /// one.
        @Override
        public <M> M last(Class<M> mapper) {
            var statements = last.getMapper(mapper);
            var classes = new Class<?>[] {mapper};
            return mapper.cast(Proxy.newProxyInstance(mapper.getClassLoader(), classes, (_, method, arguments) -> {
                try {
                    var count = method.invoke(statements, arguments);
                    last.flushStatements();
                    return count;
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }));
        }
    }

    private static void undo(Connection connection, Throwable failed) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failed.addSuppressed(StatementFailure.of(e));
        }
    }

    private static RuntimeException failure(PersistenceException e) {
        return Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                .filter(SQLException.class::isInstance)
                .findFirst()
                .<RuntimeException>map(cause -> StatementFailure.of((SQLException) cause))
                .orElse(e);
    }

    @FunctionalInterface
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private enum Ending {
        COMMIT {
            @Override
            void end(Connection connection) throws SQLException {
                connection.commit();
            }
        },
        ROLLBACK {
            @Override
            void end(Connection connection) throws SQLException {
                connection.rollback();
            }
        },
        CHECK_AND_ROLLBACK {
            @Override
            void end(Connection connection) throws SQLException {
                try (var statement = connection.createStatement()) {
                    statement.execute("set constraints all immediate");
                }
                connection.rollback();
            }
        };

        abstract void end(Connection connection) throws SQLException;
    }
}
