package hedgerow.rls.load;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Decides which branches of `\if`, `\elif` and `\else` run.
final class Branches {

    private static final Set<String> COMMANDS = Set.of("\\if", "\\elif", "\\else", "\\endif");

    private final Deque<Branch> open = new ArrayDeque<>();

    /// A branch.
    ///
    /// @param reached whether the `\if` itself is in a branch that runs
    /// @param taken whether this branch or one before it runs
    private record Branch(boolean reached, boolean taken, boolean runs) {}

    static boolean concerns(String command) {
        return COMMANDS.contains(command);
    }

    boolean run() {
        return open.isEmpty() || open.peek().runs();
    }

    /// Follows a command that begins, changes or ends a branch.
    ///
    /// @param condition evaluated only where psql would evaluate it
    void follow(String command, BooleanSupplier condition) {
        switch (command) {
            case "\\if" -> {
                var reached = run();
                var holds = reached && condition.getAsBoolean();
                open.push(new Branch(reached, holds, holds));
            }
            case "\\elif" -> next(condition);
            case "\\else" -> next(() -> true);
            default -> open.poll();
        }
    }

    private void next(BooleanSupplier condition) {
        var last = open.poll();
        if (last != null) {
            var holds = last.reached() && !last.taken() && condition.getAsBoolean();
            open.push(new Branch(last.reached(), last.taken() || holds, holds));
        }
    }
}
