package hedgerow.sql;

import hedgerow.sql.DatabaseProblem.Code;
import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Connects to a database, and waits for one that is suspended.
public final class Connector {

    /// The oldest server that Hedgerow works with.
    public static final int OLDEST_MAJOR = 15;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /// Temporary failures: starting up, too many clients, and the errors of poolers while the server behind
    /// them wakes.
    private static final Set<String> PASSING = Set.of("57P03", "53300", "08006", "08P01", "XX000");

    private Connector() {}

    /// Connects once.
    ///
    /// @throws DatabaseProblem if it cannot connect
    public static Connection connect(DatabaseUrl url) {
        try {
            return url.connect();
        } catch (SQLException e) {
            throw unreachable(url, e);
        }
    }

    /// Connects, and tries again with growing pauses while the server starts or a suspended compute wakes
    /// up.
    ///
    /// A failure that waiting cannot mend (an unknown host, a closed port, a wrong password) is thrown at
    /// once.
    ///
    /// @param patience how long to try
    /// @param progress receives a message each time that it has to wait
    /// @throws DatabaseProblem if it cannot connect, or the server is older than PostgreSQL 15
    public static Connection await(DatabaseUrl url, Duration patience, Consumer<String> progress) {
        var deadline = Instant.now().plus(patience);
        var pause = FIRST_PAUSE;
        while (true) {
            try {
                return checked(url, url.connect());
            } catch (SQLException e) {
                if (!isPassing(e) || Instant.now().plus(pause).isAfter(deadline)) {
                    throw unreachable(url, e);
                }
                progress.accept("waiting for %s to wake up (%s)".formatted(url.host(), e.getMessage()));
            }
            sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static Connection checked(DatabaseUrl url, Connection connection) throws SQLException {
        var server = connection.getMetaData();
        if (server.getDatabaseMajorVersion() >= OLDEST_MAJOR) {
            return connection;
        }
        var version = server.getDatabaseProductVersion();
        connection.close();
        throw new DatabaseProblem(
                Code.SERVER_UNSUPPORTED,
                "%s runs PostgreSQL %s".formatted(url.host(), version),
                "Hedgerow needs PostgreSQL %d or later: views with security_invoker, and closed PUBLIC schemas."
                        .formatted(OLDEST_MAJOR),
                "upgrade the server, or let `hedgerow up` start its own");
    }

    private static boolean isPassing(SQLException failure) {
        if (String.valueOf(failure.getMessage()).contains("startup parameter")) {
            return false; // a pooler that is awake will refuse again
        }
        var causes = Stream.iterate(failure.getCause(), e -> e != null, Throwable::getCause);
        return PASSING.contains(failure.getSQLState())
                || causes.anyMatch(e -> e instanceof SocketTimeoutException || e instanceof EOFException);
    }

    private static DatabaseProblem unreachable(DatabaseUrl url, SQLException failure) {
        return new DatabaseProblem(
                Code.DATABASE_UNREACHABLE,
                "cannot connect to " + withoutParameters(url),
                "SQLSTATE %s: %s".formatted(failure.getSQLState(), failure.getMessage()),
                "check the host, port, user and password, and that the server is running",
                failure);
    }

    /// The URL for a message: the service adds a dozen parameters of its own.
    private static DatabaseUrl withoutParameters(DatabaseUrl url) {
        return new DatabaseUrl(url.host(), url.port(), url.database(), url.user(), Optional.empty(), Map.of());
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        }
    }
}
