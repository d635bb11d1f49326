package hedgerow.sql;

import hedgerow.sql.ScriptFailure.Report;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/// Plain SQL over JDBC, for machines without psql.
public final class BuiltinRunner implements ScriptRunner {

    @Override
    public void check(SqlScript script) {
        ScriptCheck.forBuiltin(script);
    }

    @Override
    public void run(SqlScript script, DatabaseUrl url, Binding binding, Options options) {
        // One statement at a time, as it is written; positions in errors are then positions in the script.
        try (var connection = Connector.connect(url.withParameter("preferQueryMode", "simple"))) {
            connection.setAutoCommit(false);
            new Session(script, binding, options, connection).run();
        } catch (SQLException e) {
            throw failure(e, "", "", Optional.empty());
        }
    }

    private static ScriptFailure failure(SQLException e, String at, String statement, Optional<String> errorAt) {
        var message = serverMessage(e);
        return new ScriptFailure(
                new Report(
                        Optional.ofNullable(e.getSQLState()).orElse(""),
                        message.map(ServerErrorMessage::getMessage).orElse(e.getMessage()),
                        at,
                        errorAt.orElse(""),
                        statement,
                        message.map(ServerErrorMessage::getDetail).orElse(""),
                        message.map(ServerErrorMessage::getHint).orElse("")),
                e);
    }

    private static Optional<ServerErrorMessage> serverMessage(SQLException e) {
        return e instanceof PSQLException postgres
                ? Optional.ofNullable(postgres.getServerErrorMessage())
                : Optional.empty();
    }

    /// One script in one transaction.
    private record Session(SqlScript script, Binding binding, Options options, Connection connection) {

        void run() throws SQLException {
            execute("set local standard_conforming_strings = on");
            execute(binding.bind());
            execute(binding.setRole());
            execute(binding.refuseToBypass());
            var begun = query(Binding.remember(), 2);
            for (var statement : script.statements()) {
                runOne(statement);
            }
            execute("set constraints all immediate");
            execute("set local search_path = pg_catalog");
            var changed = query(binding.changed("'" + begun[0] + "'", "'" + begun[1] + "'"), 1)[0];
            if (!changed.isEmpty()) {
                connection.rollback();
                throw ScriptFailure.changed(script, changed);
            }
            if (options.dryRun()) {
                connection.rollback();
            } else {
                connection.commit();
            }
        }

        private void runOne(SqlStatement sql) {
            var begun = Instant.now();
            try {
                send(sql);
            } catch (SQLException e) {
                var position =
                        serverMessage(e).map(ServerErrorMessage::getPosition).orElse(0);
                var errorAt = Optional.of(position)
                        .filter(place -> place > 0)
                        .map(place -> script.place(sql.start() + sql.text().offsetByCodePoints(0, place - 1)));
                throw failure(e, script.place(sql.start()), sql.firstLine(), errorAt);
            }
            if (!options.csv()) {
                options.out()
                        .printf(
                                "Time: %.3f ms%n",
                                Duration.between(begun, Instant.now()).toNanos() / 1e6);
            }
            options.out().flush();
        }

        private void send(SqlStatement sql) throws SQLException {
            if (sql.data().isPresent()) {
                tag("COPY " + copyIn(sql));
            } else if (sql.isCopyToStdout()) {
                copyOut(sql);
            } else {
                try (var statement = connection.createStatement()) {
                    statement.setEscapeProcessing(false);
                    showResults(sql, statement, statement.execute(sql.text()));
                }
            }
        }

        private long copyIn(SqlStatement sql) throws SQLException {
            try (var data = new StringReader(sql.data().orElseThrow())) {
                return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql.text(), data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void copyOut(SqlStatement sql) throws SQLException {
            try {
                connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql.text(), options.out());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void showResults(SqlStatement sql, Statement statement, boolean first) throws SQLException {
            showNotices(statement.getWarnings());
            for (var isTable = first;
                    isTable || statement.getUpdateCount() >= 0;
                    isTable = statement.getMoreResults()) {
                if (isTable) {
                    try (var rows = statement.getResultSet()) {
                        ResultTable.read(rows).print(options.out(), options.csv());
                    }
                } else {
                    tag(sql.tag(statement.getUpdateCount()));
                }
            }
        }

        private void showNotices(SQLWarning first) {
            for (var warning = first; warning != null; warning = warning.getNextWarning()) {
                if (warning instanceof PSQLWarning notice) {
                    show(notice.getServerErrorMessage());
                }
            }
            options.err().flush();
        }

        private void show(ServerErrorMessage notice) {
            options.err().printf("%s:  %s%n", notice.getSeverity(), notice.getMessage());
            Optional.ofNullable(notice.getDetail())
                    .ifPresent(detail -> options.err().println("DETAIL:  " + detail));
            Optional.ofNullable(notice.getHint())
                    .ifPresent(hint -> options.err().println("HINT:  " + hint));
        }

        private void tag(String tag) {
            if (!options.csv()) {
                options.out().println(tag);
            }
        }

        private void execute(String sql) throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        private String[] query(String sql, int columns) throws SQLException {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                var values = new String[columns];
                for (var i = 0; i < columns; i++) {
                    values[i] = rows.getString(i + 1);
                }
                return values;
            }
        }
    }
}
