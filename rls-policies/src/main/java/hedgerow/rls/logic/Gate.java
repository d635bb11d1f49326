package hedgerow.rls.logic;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import java.util.List;
import java.util.Optional;

/// A point at which policies check a row: an existing one, or a new one.
///
/// A command without WHERE and RETURNING passes only the gates of its own command. WHERE, RETURNING, ON
/// CONFLICT, MERGE and FOR UPDATE pass further gates, so they never reach more rows.
///
/// @see <a href="https://www.postgresql.org/docs/18/sql-createpolicy.html">PostgreSQL 18, CREATE POLICY</a>
public enum Gate {
    SELECT(Command.SELECT, false),
    INSERT(Command.INSERT, true),
    UPDATE_OLD(Command.UPDATE, false),
    UPDATE_NEW(Command.UPDATE, true),
    DELETE(Command.DELETE, false);

    /// The commands that pass gates.
    public static final List<Command> COMMANDS =
            List.of(Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE);

    private final Command command;
    private final boolean written;

    Gate(Command command, boolean written) {
        this.command = command;
        this.written = written;
    }

    public Command command() {
        return command;
    }

    /// Whether it checks the new row; otherwise it checks the old one.
    public boolean written() {
        return written;
    }

    /// The gates that a command passes, in order.
    public static List<Gate> of(Command command) {
        return switch (command) {
            case SELECT -> List.of(SELECT);
            case INSERT -> List.of(INSERT);
            case UPDATE -> List.of(UPDATE_OLD, UPDATE_NEW);
            case DELETE -> List.of(DELETE);
            case ALL -> List.of(values());
        };
    }

    /// Whether a policy applies here to the roles that it binds: it is for the command, and has the
    /// expression.
    public boolean asks(Policy policy) {
        return policy.covers(command) && tree(policy).isPresent();
    }

    /// The node tree that a policy evaluates here: WITH CHECK falls back on USING.
    public Optional<String> tree(Policy policy) {
        return written ? policy.checkTree().or(policy::usingTree) : policy.usingTree();
    }

    /// The expression that a policy evaluates here, as SQL.
    public Optional<String> sql(Policy policy) {
        return written ? policy.checkSql().or(policy::usingSql) : policy.usingSql();
    }
}
