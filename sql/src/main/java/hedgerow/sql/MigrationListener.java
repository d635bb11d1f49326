package hedgerow.sql;

import hedgerow.sql.DatabaseProblem.Code;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import liquibase.change.AbstractSQLChange;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.ChangeSet.ExecType;
import liquibase.changelog.ChangeSet.RunStatus;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.visitor.AbstractChangeExecListener;
import liquibase.database.Database;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// Follows a Liquibase run: reports the progress, and remembers the changeset that failed.
final class MigrationListener extends AbstractChangeExecListener {

    private final Consumer<String> progress;
    private int applied;
    private boolean again;
    private Optional<ChangeSet> failed = Optional.empty();

    MigrationListener(Consumer<String> progress) {
        this.progress = progress;
    }

    static String name(ChangeSet change) {
        return "%s (%s)".formatted(change.getFilePath(), change.getId());
    }

    int applied() {
        return applied;
    }

    @Override
    public void willRun(ChangeSet change, DatabaseChangeLog changelog, Database database, RunStatus status) {
        again = change.shouldAlwaysRun() && status == RunStatus.ALREADY_RAN;
    }

    @Override
    public void ran(ChangeSet change, DatabaseChangeLog changelog, Database database, ExecType type) {
        if (!again) {
            applied++;
            progress.accept(name(change));
        }
    }

    @Override
    public void runFailed(ChangeSet change, DatabaseChangeLog changelog, Database database, Exception failure) {
        failed = Optional.of(change);
    }

    @Override
    public void rolledBack(ChangeSet change, DatabaseChangeLog changelog, Database database) {
        if (!change.shouldAlwaysRun()) {
            progress.accept("rolled back " + name(change));
        }
    }

    @Override
    public void rollbackFailed(ChangeSet change, DatabaseChangeLog changelog, Database database, Exception failure) {
        failed = Optional.of(change);
    }

    DatabaseProblem problem(String changelog, Exception failure) {
        var cause = Stream.iterate((Throwable) failure, e -> e != null, Throwable::getCause)
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .findFirst();
        var detail = cause.map(MigrationListener::describe).orElseGet(failure::getMessage)
                + cause.flatMap(e -> failed.map(MigrationListener::sql).map(sql -> line(sql, e)))
                        .orElse("")
                + (failed.isPresent() ? "\nThis changeset was rolled back; those before it stay." : "");
        return new DatabaseProblem(
                Code.MIGRATION_FAILED,
                failed.map(MigrationListener::name).orElse(changelog) + " failed",
                detail,
                "mend what the server's message names, then migrate again",
                failure);
    }

    /// Describes a failure, such as `SQLSTATE 42P01: relation "app.nowhere" does not exist`, with the
    /// server's detail and hint.
    static String describe(SQLException failure) {
        var server = Optional.of(failure)
                .filter(PSQLException.class::isInstance)
                .map(e -> ((PSQLException) e).getServerErrorMessage());
        var message = server.map(ServerErrorMessage::getMessage).orElseGet(failure::getMessage);
        return "SQLSTATE %s: %s".formatted(failure.getSQLState(), message)
                + server.map(ServerErrorMessage::getDetail)
                        .map("%ndetail: %s"::formatted)
                        .orElse("")
                + server.map(ServerErrorMessage::getHint)
                        .map("%nserver's hint: %s"::formatted)
                        .orElse("")
                + server.map(ServerErrorMessage::getWhere)
                        .map("%nwhere: %s"::formatted)
                        .orElse("");
    }

    /// The line of `sql` that the server points at, if it points at one.
    static String line(String sql, SQLException failure) {
        var position = failure instanceof PSQLException e && e.getServerErrorMessage() != null
                ? e.getServerErrorMessage().getPosition()
                : 0;
        if (position < 1 || position > sql.length()) {
            return "";
        }
        var start = sql.lastIndexOf('\n', position - 1) + 1;
        var end = sql.indexOf('\n', position);
        return "%nnear: %s"
                .formatted(sql.substring(start, end < 0 ? sql.length() : end).strip());
    }

    private static String sql(ChangeSet change) {
        return change.getChanges().getFirst() instanceof AbstractSQLChange text ? text.getSql() : "";
    }
}
