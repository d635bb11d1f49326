package hedgerow.rls.smt;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A script as a file that any solver reads, and a person too.
///
/// @param title the question, one line each
/// @param expected the expected answer
/// @see <a href="https://smt-lib.org/language.shtml">SMT-LIB 2.6</a>
public record Smt2File(List<String> title, SolverAnswer expected, String script) {

    private static final int WIDTH = 100;
    private static final Pattern STATUS = Pattern.compile("(?m)^\\(set-info :status (sat|unsat|unknown)\\)$");

    public String text() {
        var remarks = title.stream().map(line -> "; " + plain(line) + "\n").collect(Collectors.joining());
        return """
            %s(set-info :smt-lib-version 2.6)
            (set-info :source |%s|)
            (set-info :status %s)
            (set-logic QF_UFLRA)

            %s(check-sat)
            (exit)
            """.formatted(remarks, plain(title.getFirst()), spelled(expected), readable(script));
    }

    /// The answer that a file expects.
    ///
    /// @throws IllegalArgumentException if it names none
    public static SolverAnswer expected(String text) {
        var status = STATUS.matcher(text);
        if (!status.find()) {
            throw new IllegalArgumentException("the file has no line (set-info :status ...)");
        }
        return answer(status.group(1));
    }

    /// The file without the expected answer: some solvers stop at an answer that differs from theirs.
    public static String unanswered(String text) {
        return STATUS.matcher(text).replaceFirst("");
    }

    /// The answer that a solver printed first.
    public static SolverAnswer answer(String said) {
        return switch (said) {
            case "sat" -> SolverAnswer.SATISFIABLE;
            case "unsat" -> SolverAnswer.UNSATISFIABLE;
            default -> SolverAnswer.UNKNOWN;
        };
    }

    public static String spelled(SolverAnswer answer) {
        return switch (answer) {
            case SATISFIABLE -> "sat";
            case UNSATISFIABLE -> "unsat";
            case UNKNOWN -> "unknown";
        };
    }

    private static String plain(String line) {
        return line.replaceAll("\\p{Cntrl}", " ").replace('|', '_').replace('\\', '_');
    }

    // --- layout --------------------------------------------------------------------------------------------------

    /// The script in readable lines: each line of a script is one command, or a comment.
    private static String readable(String script) {
        var laid = new StringBuilder();
        script.lines().forEach(line -> {
            if (line.startsWith(";")) {
                laid.append('\n').append(line).append('\n');
            } else {
                lay(line, 0, laid);
                laid.append('\n');
            }
        });
        return laid.append('\n').toString();
    }

    /// Lays a term out: operands that do not fit into a line stand below one another.
    private static void lay(String term, int indent, StringBuilder laid) {
        if (term.length() + indent <= WIDTH || !term.startsWith("(")) {
            laid.append(term);
            return;
        }
        var inner = indent + 2;
        var start = 1;
        var first = true;
        laid.append('(');
        while (start < term.length() - 1) {
            var end = end(term, start);
            if (!first) {
                laid.append('\n').append(" ".repeat(inner));
            }
            lay(term.substring(start, end), inner, laid);
            first = false;
            start = end + 1;
        }
        laid.append(')');
    }

    private static int end(String term, int start) {
        var depth = 0;
        for (var i = start; i < term.length(); i++) {
            var c = term.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth < 0 || depth == 0 && c == ' ') {
                return i;
            }
        }
        return term.length();
    }
}
