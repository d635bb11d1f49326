package hedgerow.rls.smt;

import de.uni_freiburg.informatik.ultimate.logic.Term;
import de.uni_freiburg.informatik.ultimate.logic.Theory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads the terms of a [Script] into the solver.
///
/// The solver's own parser is one method too large to be compiled: it took more time than solving did.
final class TermReader {

    private final Theory theory;
    private final Map<String, Term> known = new HashMap<>();

    TermReader(Theory theory) {
        this.theory = theory;
    }

    /// Gives a term a name, by which later ones mention it.
    void define(String name, String term) {
        known.put(name, read(term));
    }

    Term read(String text) {
        var term = known.get(text);
        if (term == null) {
            term = parsed(text);
            known.put(text, term);
        }
        return term;
    }

    /// A function whose arguments are being read.
    private record Open(String function, List<Term> arguments) {}

    private Term parsed(String text) {
        var open = new ArrayDeque<Open>();
        open.push(new Open("", new ArrayList<>()));
        for (var i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '(' -> {
                    var end = end(text, i + 1);
                    open.push(new Open(text.substring(i + 1, end), new ArrayList<>()));
                    i = end - 1;
                }
                case ')' -> {
                    var closed = open.pop();
                    open.element().arguments.add(applied(closed));
                }
                case ' ' -> {}
                default -> {
                    var end = end(text, i);
                    open.element().arguments.add(atom(text.substring(i, end)));
                    i = end - 1;
                }
            }
        }
        if (open.size() != 1 || open.element().arguments.size() != 1) {
            throw new IllegalArgumentException("the solver refuses a term: " + text);
        }
        return open.element().arguments.getFirst();
    }

    private static int end(String text, int start) {
        var end = start;
        while (end < text.length() && " ()".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private Term applied(Open open) {
        return term(open.function, open.arguments.toArray(Term[]::new));
    }

    private Term atom(String text) {
        return known.computeIfAbsent(text, _ -> Character.isDigit(text.charAt(0)) ? theory.decimal(text) : term(text));
    }

    private Term term(String function, Term... arguments) {
        var term = theory.term(function, arguments);
        if (term == null) {
            throw new IllegalArgumentException(
                    "the solver knows no function %s of %s".formatted(function, List.of(arguments)));
        }
        return term;
    }
}
