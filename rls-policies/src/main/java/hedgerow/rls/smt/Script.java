package hedgerow.rls.smt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A growing script of declarations and assertions, in ground logic with equality, uninterpreted functions
/// and linear arithmetic (QF_UFLRA).
public final class Script {

    /// The length in characters from which a term gets a name; a shorter one is repeated.
    private static final int WORTH_A_NAME = 24;

    private final List<Command> commands = new ArrayList<>();
    private final Set<String> functions = new LinkedHashSet<>();
    private final Map<String, String> shared = new HashMap<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final Map<String, String> unmodelled = new LinkedHashMap<>();
    private final boolean explained;
    private List<Held> held;
    private int next;

    /// An empty script.
    ///
    /// @param explained whether definitions keep their labels, so that a proof can name them
    public Script(boolean explained) {
        this.explained = explained;
    }

    /// An assertion that is not made yet.
    ///
    /// @param label empty if it has none
    public record Held(String label, String term) {}

    /// Declares a new constant.
    public String constant(String prefix, Sort sort) {
        var name = "%s_%d".formatted(Terms.symbol(prefix), next++);
        declare(name, List.of(), sort);
        return name;
    }

    /// Declares a function on its first use; the same name has the same signature.
    public String function(String name, List<Sort> arguments, Sort result) {
        if (functions.add(name)) {
            declare(name, arguments, result);
        }
        return name;
    }

    public boolean declares(String function) {
        return functions.contains(function);
    }

    public int functionCount() {
        return functions.size();
    }

    private void declare(String name, List<Sort> arguments, Sort result) {
        commands.add(new Command.Declaration(name, arguments, result));
    }

    /// Names a term, so that it is written only once.
    public String share(Sort sort, String term) {
        if (term.length() < WORTH_A_NAME || term.indexOf('(') < 0) {
            return term;
        }
        return shared.computeIfAbsent(sort.text() + term, _ -> {
            var name = "l_" + next++;
            commands.add(new Command.Definition(name, sort, term));
            return name;
        });
    }

    /// Names a formula by a label, where proofs are explained.
    public String define(String label, String term) {
        if (!explained) {
            return share(Sort.BOOL, term);
        }
        var name = constant("d", Sort.BOOL);
        require(label, Terms.eq(name, term));
        return name;
    }

    /// A flag: while it may be true, an unmodelled part may have any value.
    public String unmodelled(String reason) {
        remark("not modelled: " + reason);
        var flag = constant("h", Sort.BOOL);
        unmodelled.put(flag, reason);
        return flag;
    }

    /// The flags of unmodelled parts and their reasons, in order.
    public Map<String, String> unmodelled() {
        return unmodelled;
    }

    public void require(String term) {
        require("", term);
    }

    /// Asserts a term.
    ///
    /// @param label its name in a proof: `policy fence on app.invoice`
    public void require(String label, String term) {
        if (term.equals(Terms.TRUE)) {
            return;
        }
        if (held != null) {
            held.add(new Held(label, term));
        } else if (label.isEmpty()) {
            commands.add(new Command.Assertion("", term));
        } else {
            assertNamed(label, term);
        }
    }

    private void assertNamed(String label, String term) {
        var name = "n_" + next++;
        labels.put(name, label);
        remark(label);
        commands.add(new Command.Assertion(name, term));
    }

    /// Adds a comment for readers of the script.
    private void remark(String line) {
        if (explained) {
            commands.add(new Command.Remark(line.replaceAll("\\p{Cntrl}", " ")));
        }
    }

    /// Runs an action, and keeps its assertions apart.
    public List<Held> hold(Runnable action) {
        held = new ArrayList<>();
        action.run();
        var kept = held;
        held = null;
        return kept;
    }

    public String label(String name) {
        return labels.getOrDefault(name, "");
    }

    /// The number of commands so far.
    public int length() {
        return commands.size();
    }

    /// The commands from a position on.
    List<Command> from(int position) {
        return commands.subList(position, commands.size());
    }

    /// The first commands, in SMT-LIB syntax.
    public String text(int length) {
        return commands.subList(0, length).stream()
                .map(Command::text)
                .collect(Collectors.joining("\n", "(declare-sort V 0)\n", "\n"));
    }

    @Override
    public String toString() {
        return text(length());
    }
}
