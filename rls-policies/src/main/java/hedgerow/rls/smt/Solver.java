package hedgerow.rls.smt;

import de.uni_freiburg.informatik.ultimate.logic.Annotation;
import de.uni_freiburg.informatik.ultimate.logic.Logics;
import de.uni_freiburg.informatik.ultimate.logic.Term;
import de.uni_freiburg.informatik.ultimate.smtinterpol.DefaultLogger;
import de.uni_freiburg.informatik.ultimate.smtinterpol.smtlib2.SMTInterpol;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// An SMTInterpol solver for one growing script. It is not thread-safe; several solvers may run
/// concurrently.
///
/// @see <a href="https://ultimate.informatik.uni-freiburg.de/smtinterpol/">SMTInterpol</a>
public final class Solver {

    private final Script script;
    private final SMTInterpol interpol = new SMTInterpol(new DefaultLogger());
    private final TermReader reader;
    private int sent;

    /// A solver for a script.
    ///
    /// @param timeout of one check
    /// @param cores whether [#core()] will be called; it costs time
    public Solver(Script script, Duration timeout, boolean cores) {
        this.script = script;
        interpol.setOption(":verbosity", 0);
        interpol.setOption(":produce-models", true);
        interpol.setOption(":produce-unsat-cores", cores);
        interpol.setOption(":timeout", timeout.toMillis());
        interpol.setLogic(Logics.QF_UFLRA);
        interpol.declareSort(Sort.VALUE.text(), 0);
        this.reader = new TermReader(interpol.getTheory());
    }

    private void flush() {
        script.from(sent).forEach(this::send);
        sent = script.length();
    }

    private void send(Command command) {
        switch (command) {
            case Command.Declaration(var name, var arguments, var result) ->
                interpol.declareFun(
                        name,
                        arguments.stream()
                                .map(this::sort)
                                .toArray(size -> new de.uni_freiburg.informatik.ultimate.logic.Sort[size]),
                        sort(result));
            case Command.Definition(var name, var ignored, var term) -> reader.define(name, term);
            case Command.Assertion(var name, var term) -> {
                var read = reader.read(term);
                interpol.assertTerm(name.isEmpty() ? read : interpol.annotate(read, new Annotation(":named", name)));
            }
            case Command.Remark _ -> {}
        }
    }

    private de.uni_freiburg.informatik.ultimate.logic.Sort sort(Sort sort) {
        return interpol.sort(sort.text());
    }

    public SolverAnswer check() {
        flush();
        return switch (interpol.checkSat()) {
            case SAT -> SolverAnswer.SATISFIABLE;
            case UNSAT -> SolverAnswer.UNSATISFIABLE;
            case UNKNOWN -> SolverAnswer.UNKNOWN;
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
        var truths = new HashMap<String, Boolean>();
        values(terms).forEach((term, value) -> truths.put(term, value.equals(Terms.TRUE)));
        return truths;
    }

    /// The model's values, after [SolverAnswer#SATISFIABLE], in the solver's spelling; equal values are spelled
    /// equally.
    public Map<String, String> values(List<String> terms) {
        var distinct = List.copyOf(new LinkedHashSet<>(terms));
        if (distinct.isEmpty()) {
            return Map.of();
        }
        flush();
        var asked = distinct.stream().map(reader::read).toArray(Term[]::new);
        var values = interpol.getValue(asked);
        var found = new HashMap<String, String>();
        for (var i = 0; i < asked.length; i++) {
            found.put(distinct.get(i), values.get(asked[i]).toString());
        }
        return found;
    }
}
