package hedgerow.rls.why;

import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// The meaning of server errors for an explanation.
final class Failures {

    static final String DENIED = "42501";

    private Failures() {}

    /// The message of an error alone: details may quote rows.
    static String describe(SQLException e) {
        return "%s: %s".formatted(state(e), message(e));
    }

    /// The message of an error, omitted if it may quote a secret.
    static String describe(SQLException e, boolean secret) {
        return secret ? state(e) : describe(e);
    }

    private static String state(SQLException e) {
        return "SQLSTATE " + e.getSQLState();
    }

    static String message(SQLException e) {
        return server(e)
                .map(ServerErrorMessage::getMessage)
                .orElseGet(() -> e.getMessage().lines().findFirst().orElse(""));
    }

    /// Whether privileges or policies refused the statement itself, and not one that it triggered.
    static boolean isRefusal(SQLException e) {
        return DENIED.equals(e.getSQLState())
                && server(e)
                        .filter(message -> message.getWhere() == null)
                        .map(ServerErrorMessage::getRoutine)
                        .filter(routine ->
                                routine.startsWith("aclcheck_error") || routine.equals("ExecWithCheckOptions"))
                        .isPresent();
    }

    private static Optional<ServerErrorMessage> server(SQLException e) {
        return e instanceof PSQLException postgres
                ? Optional.ofNullable(postgres.getServerErrorMessage())
                : Optional.empty();
    }
}
