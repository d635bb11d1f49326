package hedgerow.rls.smt;

import de.uni_freiburg.informatik.ultimate.smtinterpol.DefaultLogger;
import de.uni_freiburg.informatik.ultimate.smtinterpol.option.OptionMap;
import de.uni_freiburg.informatik.ultimate.smtinterpol.smtlib2.ParseEnvironment;
import de.uni_freiburg.informatik.ultimate.smtinterpol.smtlib2.SMTInterpol;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An SMTInterpol solver for one growing script. It is not thread-safe; several solvers may run
/// concurrently.
///
/// @see <a href="https://ultimate.informatik.uni-freiburg.de/smtinterpol/">SMTInterpol</a>
public final class Solver {

    private final Script script;
    private final List<Object> responses = new ArrayList<>();
    private final SMTInterpol interpol;
    private final ParseEnvironment environment;
    private final List<String> errors = new ArrayList<>();
    private int sent;

    /// A solver for a script.
    ///
    /// @param timeout of one check
    /// @param cores whether [#core()] will be called; it costs time
    public Solver(Script script, Duration timeout, boolean cores) {
        this.script = script;
        var options = new OptionMap(new DefaultLogger(), true);
        this.interpol = new SMTInterpol(null, options);
        this.environment = new Listening(interpol, options);
        send("(set-option :print-success false)(set-option :verbosity 0)(set-option :produce-models true)");
        if (cores) {
            send("(set-option :produce-unsat-cores true)");
        }
        send("(set-option :timeout %d)(set-logic QF_UFLRA)".formatted(timeout.toMillis()));
    }

    private final class Listening extends ParseEnvironment {
        Listening(SMTInterpol interpol, OptionMap options) {
            super(interpol, options);
        }

        @Override
        public void printResponse(Object response) {
            responses.add(response);
        }

        @Override
        public void printSuccess() {}

        /// Thrown from here, an exception would be written to standard error as well.
        @Override
        public void printError(String message) {
            errors.add(message);
        }
    }

    private void send(String text) {
        environment.parseStream(new StringReader(text), "script");
        if (!errors.isEmpty()) {
            throw new IllegalStateException("the solver refuses a script: " + errors.getFirst());
        }
    }

    private void flush() {
        if (sent < script.length()) {
            send(script.from(sent));
            sent = script.length();
        }
    }

    public SolverAnswer check() {
        flush();
        responses.clear();
        send("(check-sat)");
        var said = responses.isEmpty() ? "" : responses.getLast().toString().toLowerCase(Locale.ROOT);
        return switch (said) {
            case "sat" -> SolverAnswer.SATISFIABLE;
            case "unsat" -> SolverAnswer.UNSATISFIABLE;
            default -> SolverAnswer.UNKNOWN;
        };
    }

    /// The labels of assertions that cannot all be true, after [SolverAnswer#UNSATISFIABLE].
    public List<String> core() {
        var labels = new LinkedHashSet<String>();
        for (var term : interpol.getUnsatCore()) {
            labels.add(script.label(term.toString()));
        }
        return List.copyOf(labels);
    }

    /// The truth values of terms in the model, after [SolverAnswer#SATISFIABLE].
    public Map<String, Boolean> truths(List<String> terms) {
        var truths = new HashMap<>(Map.of(Terms.TRUE, true, Terms.FALSE, false));
        var open = terms.stream().filter(term -> !truths.containsKey(term)).toList();
        values(open, Sort.BOOL).forEach((term, value) -> truths.put(term, value.equals(Terms.TRUE)));
        return truths;
    }

    /// The model's values, after [SolverAnswer#SATISFIABLE], in the solver's spelling; equal values are spelled
    /// equally.
    public Map<String, String> values(List<String> terms, Sort sort) {
        var distinct = List.copyOf(new LinkedHashSet<>(terms));
        if (distinct.isEmpty()) {
            return Map.of();
        }
        flush();
        responses.clear();
        // The solver may not accept a bare constant as a term; it accepts a wrapped one.
        var asked = distinct.stream()
                .map(term -> sort == Sort.BOOL ? "(and true %s)".formatted(term) : term)
                .toList();
        send("(get-value (%s))".formatted(String.join(" ", asked)));
        var values = pairs(String.valueOf(responses.getLast()));
        if (values.size() != distinct.size()) {
            throw new IllegalStateException(
                    "the solver gives %d of %d values".formatted(values.size(), distinct.size()));
        }
        var found = new HashMap<String, String>();
        for (var i = 0; i < distinct.size(); i++) {
            found.put(
                    distinct.get(i),
                    values.get(i).substring(endOfTerm(values.get(i))).strip());
        }
        return found;
    }

    /// The contents of the pairs in `((term value) (term value))`.
    private static List<String> pairs(String text) {
        var pairs = new ArrayList<String>();
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '(' && ++depth == 2) {
                start = i + 1;
            }
            if (text.charAt(i) == ')' && depth-- == 2) {
                pairs.add(text.substring(start, i));
            }
        }
        return pairs;
    }

    /// The end of the first term of a pair; the solver may spell the term differently.
    private static int endOfTerm(String pair) {
        var depth = 0;
        for (var i = 0; i < pair.length(); i++) {
            var c = pair.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0 && (c == ')' || Character.isWhitespace(c))) {
                return c == ')' ? i + 1 : i;
            }
        }
        return pair.length();
    }
}
