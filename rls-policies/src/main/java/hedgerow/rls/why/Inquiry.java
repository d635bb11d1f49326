package hedgerow.rls.why;

import hedgerow.rls.why.Explanation.Command;
import hedgerow.rls.why.Explanation.Term;
import hedgerow.rls.why.Explanation.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Explains why a role may or may not see and change one row, on a connection that may become that role.
///
/// The row is searched for as the login, and then as the role with its settings: no row is shown unless
/// both can see it. The server evaluates each policy on that row as the role, in a read-only transaction;
/// then it runs the statements themselves, each in a transaction that is rolled back.
public final class Inquiry {

    private static final String LOCK_TIMEOUT = "2s";

    private final Connection connection;
    private final Session session;
    private final Duration timeout;

    /// Binds the transaction of a connection before it becomes the role.
    @FunctionalInterface
    public interface Binding {

        Binding NONE = _ -> {};

        void bind(Connection connection) throws SQLException;
    }

    /// The session to explain.
    ///
    /// @param role that the login becomes; empty for the login itself
    /// @param settings of its transaction, by name
    public record Session(Optional<String> role, Map<String, String> settings, Binding binding) {

        private void become(Connection connection) {
            role.ifPresent(name -> take(connection, "role", name, "name a role that the login may become by SET ROLE"));
            settings.forEach((name, value) -> take(connection, name, value, "give a value that SET takes"));
        }

        private static void take(Connection connection, String name, String value, String hint) {
            try {
                set(connection, name, value);
            } catch (SQLException e) {
                throw WhyProblem.refused("%s cannot be set: %s".formatted(name, Failures.message(e)), hint);
            }
        }
    }

    /// An inquiry on a connection.
    ///
    /// @param connection outside a transaction, before and after the call
    /// @param timeout for each statement
    public Inquiry(Connection connection, Session session, Duration timeout) {
        this.connection = connection;
        this.session = session;
        this.timeout = timeout;
    }

    /// Explains one row.
    ///
    /// @param table in SQL syntax
    /// @param where a condition on its columns that picks one row: SQL of whoever has the login
    /// @param tried whether the statements themselves are run too
    /// @throws WhyProblem if there is no such table, or no such row for the login and the role; if the
    ///     login may not become the role; or if there is no row security to explain
    /// @throws SQLException if the connection fails
    public Explanation explain(String table, String where, boolean tried) throws SQLException {
        var condition = Condition.of(where);
        connection.setAutoCommit(false);
        try {
            begin("read only");
            var looked = look(table, condition);
            var isWritable = !isStandby();
            connection.rollback();
            if (!tried || !isWritable) {
                return looked.explanation;
            }
            begin("read write");
            return tried(looked);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private void begin(String mode) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set transaction " + mode);
        }
        set(connection, "statement_timeout", timeout.toMillis() + "ms");
        set(connection, "lock_timeout", LOCK_TIMEOUT);
        session.binding.bind(connection);
    }

    /// Whether the server is a standby, on which nothing can be written.
    private boolean isStandby() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select pg_catalog.pg_is_in_recovery()")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static void set(Connection connection, String name, String value) throws SQLException {
        try (var statement = connection.prepareStatement("select pg_catalog.set_config(?, ?, true)")) {
            statement.setString(1, name);
            statement.setString(2, value);
            statement.execute();
        }
    }

    // --- looking -------------------------------------------------------------------------------------------------

    private record Looked(Explanation explanation, Table table, KnownRow row, Found found, boolean secret) {}

    private Looked look(String name, Condition condition) throws SQLException {
        var unbound = connection.setSavepoint();
        var asLogin = written(name);
        var login = asLogin.role();
        var found = Found.by(true, asLogin, condition, connection);
        connection.rollback(unbound); // along with anything that the condition set
        session.become(connection);
        var table = asLogin.again(connection);
        if (found.isEmpty()) {
            var bound = connection.setSavepoint();
            found = Found.by(false, table, condition, connection);
            connection.rollback(bound);
        }
        var seen = found.orElseThrow(() -> unseen(table, login));
        var fence = Fence.of(table, connection);
        var evaluation = seen.evaluation(table, condition, connection);
        var results = evaluation.each(fence.expressions());
        var row = KnownRow.of(table, connection, evaluation);
        var verdicts = fence.verdicts(results, terms(fence, evaluation));
        var explanation = new Explanation(
                table.sql(),
                table.role(),
                table.exemption(),
                settings(),
                row.shown(fence.expressions()),
                verdicts,
                notes(table, seen, login, verdicts));
        return new Looked(
                explanation, table, row, seen, fence.expressions().stream().anyMatch(Secrets::isSecret));
    }

    /// A table that can have policies.
    private Table written(String name) throws SQLException {
        var before = connection.setSavepoint();
        Optional<Table> table;
        try {
            table = Table.written(connection, name);
        } catch (SQLException e) {
            connection.rollback(before);
            throw WhyProblem.refused(
                    "%s is not the name of a table: %s".formatted(name, Failures.message(e)),
                    "write it as SQL does: app.invoice, or app.\"Invoice\"");
        }
        var found = table.orElseThrow(() ->
                WhyProblem.refused("there is no table %s".formatted(name), "write its schema too, as in app.invoice"));
        if (found.kind() != 'r' && found.kind() != 'p') {
            throw NoTable.problem(found, connection);
        }
        return found;
    }

    private static WhyProblem unseen(Table table, String login) {
        var who = login.equals(table.role())
                ? "%s sees no such row".formatted(login)
                : "neither %s nor %s sees such a row".formatted(login, table.role());
        return WhyProblem.unseen(
                "%s: %s".formatted(table.sql(), who),
                "check the condition, or connect as a role that sees the row, such as the administrator;"
                        + " --role then names who is explained");
    }

    private List<String> notes(Table table, Found found, String login, List<Verdict> verdicts) throws SQLException {
        var notes = new ArrayList<String>();
        var written = verdicts.stream()
                .filter(verdict -> verdict.command() != Command.SELECT && verdict.command() != Command.INSERT)
                .anyMatch(Verdict::allowed);
        if (written && !verdicts.get(Command.SELECT.ordinal()).allowed()) {
            notes.add("UPDATE and DELETE that read a column, in WHERE or RETURNING, have to pass SELECT as well");
        }
        if (found.text().isEmpty()) {
            notes.add("%s may not read whole rows of %s: what its policies say of other columns is not known"
                    .formatted(found.byLogin() ? login : table.role(), table.sql()));
        }
        var stored = Stored.of(table.role(), connection);
        if (!stored.isEmpty() && !login.equals(table.role())) {
            notes.add("settings stored for %s act when it logs in, and not here: %s"
                    .formatted(table.role(), String.join(", ", stored)));
        }
        return notes;
    }

    // --- terms ---------------------------------------------------------------------------------------------------

    private static Map<String, List<Term>> terms(Fence fence, Evaluation evaluation) throws SQLException {
        var terms = new LinkedHashMap<String, List<Term>>();
        for (var expression : fence.expressions()) {
            if (!terms.containsKey(expression)) {
                terms.put(expression, terms(expression, evaluation));
            }
        }
        return terms;
    }

    private static List<Term> terms(String expression, Evaluation evaluation) throws SQLException {
        var parts = Expressions.terms(expression);
        var results = evaluation.each(parts);
        var terms = new ArrayList<Term>();
        for (var i = 0; i < parts.size(); i++) {
            var operands = Expressions.operands(parts.get(i));
            var values = evaluation.each(operands);
            var secret = Secrets.isSecret(parts.get(i));
            var shown = new LinkedHashMap<String, String>();
            for (var j = 0; j < operands.size(); j++) {
                if (values.get(j).failure().isEmpty()) {
                    shown.put(
                            operands.get(j), Secrets.shown(secret, values.get(j).text()));
                }
            }
            var result = results.get(i);
            terms.add(new Term(parts.get(i), result.failure().or(result::text).orElse("null"), shown));
        }
        var isWhole = terms.size() == 1 && terms.getFirst().values().isEmpty();
        return isWhole ? List.of() : List.copyOf(terms);
    }

    private Map<String, String> settings() {
        var shown = new LinkedHashMap<String, String>();
        session.settings()
                .forEach((name, value) -> shown.put(name, Secrets.shown(Secrets.isSecret(name), Optional.of(value))));
        return shown;
    }

    // --- trying --------------------------------------------------------------------------------------------------

    private Explanation tried(Looked looked) throws SQLException {
        var trials = new Trials(connection, looked.table, looked.row, looked.found, looked.secret);
        if (looked.found.byLogin()) {
            trials.mark();
        }
        session.become(connection);
        if (!looked.found.byLogin()) {
            trials.mark();
        }
        var verdicts = new ArrayList<Verdict>();
        for (var verdict : looked.explanation.commands()) {
            verdicts.add(verdict.with(trials.of(verdict)));
        }
        var known = looked.explanation;
        return new Explanation(
                known.relation(),
                known.role(),
                known.exemption(),
                known.settings(),
                known.row(),
                List.copyOf(verdicts),
                known.notes());
    }
}
