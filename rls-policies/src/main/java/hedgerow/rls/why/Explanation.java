package hedgerow.rls.why;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whatever admits or denies each command on one row, to one role and its settings.
///
/// @param relation `schema.table`, quoted where SQL needs it
/// @param role the role of the session
/// @param exemption why no policy binds this role here; empty if policies do
/// @param settings that were asked for, by name
/// @param row the key of the row and the columns that its policies mention, by name
/// @param commands in the order of [Command]
/// @param notes what the reader has to know besides, one sentence each
public record Explanation(
        String relation,
        String role,
        Optional<String> exemption,
        Map<String, String> settings,
        Map<String, String> row,
        List<Verdict> commands,
        List<String> notes) {

    /// What row security knows.
    public enum Command {
        SELECT,
        INSERT,
        UPDATE,
        DELETE
    }

    /// Which expression of a policy was asked.
    public enum Part {
        USING,
        WITH_CHECK
    }

    /// What becomes of a command.
    public enum Outcome {
        ALLOWED,
        DENIED,
        /// A policy that is asked could not be evaluated.
        UNDECIDED
    }

    /// @param usage whether the role has USAGE on the schema, without which nothing else counts
    /// @param whole whether it has the privilege on the whole table
    /// @param columns that it has the privilege on, where it does not have it on the table
    public record Privilege(boolean usage, boolean whole, List<String> columns) {

        /// On one column at least.
        public boolean granted() {
            return usage && (whole || !columns.isEmpty());
        }
    }

    /// @param outcome by privilege and policies alone: of INSERT of a row like this, of UPDATE that changes
    ///     nothing
    /// @param reason which privilege or policy decides
    /// @param policies every policy that was asked, permissive ones first
    /// @param trial what the statement itself did; empty if nobody asked for that
    public record Verdict(
            Command command,
            Privilege privilege,
            Outcome outcome,
            String reason,
            List<Answer> policies,
            Optional<Trial> trial) {

        public boolean granted() {
            return privilege.granted();
        }

        public boolean allowed() {
            return outcome == Outcome.ALLOWED;
        }

        /// Whether the server did something else than was explained, which is a fault of the explanation.
        public boolean isContradicted() {
            return trial.filter(tried -> tried.contradicts(outcome)).isPresent();
        }

        /// Whether neither policies nor the statement tell. A statement that fails as its policy does tells.
        public boolean isOpen() {
            return outcome == Outcome.UNDECIDED
                    && trial.filter(tried -> tried.result() != Trial.Result.NOT_TRIED || failsAs(tried))
                            .isEmpty();
        }

        /// By its SQLSTATE: a message that may quote a secret is left out.
        private boolean failsAs(Trial tried) {
            return policies.stream()
                    .flatMap(answer -> answer.failure().stream())
                    .anyMatch(failure ->
                            failure.split(":")[0].equals(tried.detail().split(":")[0]));
        }

        Verdict with(Trial tried) {
            return new Verdict(command, privilege, outcome, reason, policies, Optional.of(tried));
        }
    }

    /// @param result what the expression is for this row; empty for NULL, which admits nothing
    /// @param failure why it could not be evaluated; empty if it was
    /// @param terms the conditions that it is made of, if there are several or values to show
    public record Answer(
            String policy,
            boolean permissive,
            Part part,
            String expression,
            Optional<Boolean> result,
            Optional<String> failure,
            List<Term> terms) {}

    /// A condition within a policy.
    ///
    /// @param result `true`, `false`, `null`, or why it could not be evaluated
    /// @param values of what it compares, by expression
    public record Term(String expression, String result, Map<String, String> values) {}

    /// The statement itself, in a transaction that was rolled back.
    ///
    /// @param detail what it did, or why it was not tried
    public record Trial(Result result, String statement, String detail) {

        public enum Result {
            PASSED,
            REFUSED,
            /// Something else than privileges and policies ended it, or it was not run.
            NOT_TRIED
        }

        boolean contradicts(Outcome outcome) {
            return result == Result.PASSED && outcome == Outcome.DENIED
                    || result == Result.REFUSED && outcome == Outcome.ALLOWED;
        }
    }

    /// No policy binds this role here: a superuser, BYPASSRLS, an owner without FORCE, or row security is
    /// off.
    public boolean exempt() {
        return exemption.isPresent();
    }
}
