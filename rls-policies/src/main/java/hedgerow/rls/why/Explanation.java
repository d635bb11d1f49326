package hedgerow.rls.why;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Explains which privilege, policy and value admit or deny each command on one row, to one role and its
/// settings.
///
/// @param relation `schema.table`, quoted where SQL needs it
/// @param role the role of the session
/// @param exemption why no policy binds this role here; empty if policies do
/// @param settings that were requested, by name
/// @param row the key of the row and the columns that its policies mention, by name
/// @param commands in the order of [Command]
/// @param notes further facts for the reader, one sentence each
public record Explanation(
        String relation,
        String role,
        Optional<String> exemption,
        Map<String, String> settings,
        Map<String, String> row,
        List<Verdict> commands,
        List<String> notes) {

    /// The commands that row security distinguishes.
    public enum Command {
        SELECT,
        INSERT,
        UPDATE,
        DELETE
    }

    /// The expression of a policy.
    public enum Part {
        USING,
        WITH_CHECK
    }

    /// The outcome of a command.
    public enum Outcome {
        ALLOWED,
        DENIED,
        /// An applicable policy could not be evaluated.
        UNDECIDED
    }

    /// The privileges for a command.
    ///
    /// @param usage whether the role has USAGE on the schema, without which nothing else counts
    /// @param whole whether it has the privilege on the whole table
    /// @param columns on which it has the privilege, if it does not have it on the table
    public record Privilege(boolean usage, boolean whole, List<String> columns) {

        /// Whether the role has the privilege on at least one column.
        public boolean granted() {
            return usage && (whole || !columns.isEmpty());
        }
    }

    /// The verdict on one command.
    ///
    /// @param outcome by privilege and policies alone: of INSERT of a row like this, of UPDATE that changes
    ///     nothing
    /// @param reason the privilege or policy that decides
    /// @param policies every policy that was evaluated, permissive ones first
    /// @param trial the result of the statement itself; empty unless it was requested
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

        /// Whether the statement contradicts the explanation, which is then at fault.
        public boolean isContradicted() {
            return trial.filter(tried -> tried.contradicts(outcome)).isPresent();
        }

        /// Whether neither policies nor the statement decide. A statement that fails with its policy's
        /// error does decide.
        public boolean isOpen() {
            return outcome == Outcome.UNDECIDED
                    && trial.filter(tried -> tried.result() != Trial.Result.NOT_TRIED || failsAs(tried))
                            .isEmpty();
        }

        /// Whether the statement failed with the policy's SQLSTATE: a message that may quote a secret is
        /// omitted.
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

    /// The result of one policy.
    ///
    /// @param result the expression's value for this row; empty for NULL, which admits nothing
    /// @param failure why it could not be evaluated; empty if it was
    /// @param terms the conditions that it consists of, if there are several or values to show
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
    /// @param values of its operands, by expression
    public record Term(String expression, String result, Map<String, String> values) {}

    /// A trial of the statement itself, in a transaction that was rolled back.
    ///
    /// @param detail its effect, or the reason why it was not tried
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

    /// Whether no policy binds this role here: a superuser, BYPASSRLS, an owner without FORCE, or row
    /// security is off.
    public boolean exempt() {
        return exemption.isPresent();
    }
}
