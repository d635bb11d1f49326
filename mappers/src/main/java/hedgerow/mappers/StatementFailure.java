package hedgerow.mappers;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// Reports that the database refused a statement or could not be reached.
///
/// It deliberately has no cause: the driver's exception carries the server's DETAIL, which quotes rows, and
/// MyBatis's exception carries the statement. Neither may reach a log.
public final class StatementFailure extends RuntimeException {

    private static final long serialVersionUID = 1;
    private static final String REFUSED = "PL/pgSQL function app_private.refuse_payment(";

    private final String sqlState;
    private final String table;
    private final String constraint;
    private final String refusal;
    private transient List<String> columns = List.of();

    private StatementFailure(SQLException e, ServerErrorMessage server) {
        super(server.getMessage(), null, true, true);
        sqlState = state(e);
        table = server.getTable();
        constraint = server.getConstraint();
        refusal = refusal(server);
        setStackTrace(e.getStackTrace());
    }

    private StatementFailure(SQLException e) {
        super(e.getClass().getSimpleName(), null, true, true);
        sqlState = state(e);
        table = null;
        constraint = null;
        refusal = null;
        setStackTrace(e.getStackTrace());
    }

    static StatementFailure of(SQLException e) {
        return e instanceof PSQLException failure && failure.getServerErrorMessage() != null
                ? new StatementFailure(e, failure.getServerErrorMessage())
                : new StatementFailure(e);
    }

    /// The refusal of rows by whoever has read what a statement returned, as if by a constraint.
    public static StatementFailure refusal(String reason) {
        return of(new SQLException(reason, "23514"));
    }

    /// The DETAIL of a control of payments, which `app_private.refuse_payment()` wrote. That of a violated constraint
    /// quotes the row, and names no trigger function as its origin.
    private static String refusal(ServerErrorMessage server) {
        var where = server.getWhere();
        return where != null && where.startsWith(REFUSED) ? server.getDetail() : null;
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /// The SQLSTATE: five characters as in PostgreSQL's appendix A; empty if the failure has none.
    public String sqlState() {
        return sqlState;
    }

    StatementFailure withColumns(List<String> columns) {
        this.columns = List.copyOf(columns);
        return this;
    }

    /// The columns of the violated constraint, without tenant and mode; empty if no constraint was
    /// violated.
    public List<String> columns() {
        return columns;
    }

    /// The table whose constraint was violated.
    public Optional<String> table() {
        return Optional.ofNullable(table);
    }

    /// Why a control refused a payment, with the number that was exceeded, as a JSON object of codes and numbers.
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal).filter(text -> !text.isEmpty());
    }

    /// The violated constraint, or the name that a trigger gives to its rule.
    public Optional<String> constraint() {
        return Optional.ofNullable(constraint);
    }
}
