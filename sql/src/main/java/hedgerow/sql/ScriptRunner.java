package hedgerow.sql;

import java.io.PrintWriter;

/// Runs scripts, each in one transaction that is bound to one tenant.
public sealed interface ScriptRunner permits BuiltinRunner, PsqlRunner {

    /// The options of a run.
    ///
    /// @param out for results
    /// @param err for notices
    /// @param csv results as CSV, and nothing else among them
    /// @param dryRun roll back at the end
    record Options(PrintWriter out, PrintWriter err, boolean csv, boolean dryRun) {}

    /// Returns the psql runner if psql is on the PATH, otherwise the built-in one.
    static ScriptRunner available() {
        return PsqlRunner.isInstalled() ? new PsqlRunner() : new BuiltinRunner();
    }

    /// Checks that `script` may run here. It connects to no database.
    ///
    /// @throws ScriptProblem with everything that is wrong
    void check(SqlScript script);

    /// Runs `script`, which [#check] has passed, and commits.
    ///
    /// @throws ScriptFailure if the database refused something: all of it is rolled back
    /// @throws DatabaseProblem if it cannot connect
    void run(SqlScript script, DatabaseUrl url, Binding binding, Options options);
}
