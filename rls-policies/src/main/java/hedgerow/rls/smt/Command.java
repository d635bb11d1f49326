package hedgerow.rls.smt;

import java.util.List;
import java.util.stream.Collectors;

/// A line of a [Script].
sealed interface Command {

    /// The command in SMT-LIB syntax.
    String text();

    record Declaration(String name, List<Sort> arguments, Sort result) implements Command {
        @Override
        public String text() {
            var sorts = arguments.stream().map(Sort::text).collect(Collectors.joining(" "));
            return "(declare-fun %s (%s) %s)".formatted(name, sorts, result.text());
        }
    }

    /// A name for a term.
    record Definition(String name, Sort sort, String term) implements Command {
        @Override
        public String text() {
            return "(define-fun %s () %s %s)".formatted(name, sort.text(), term);
        }
    }

    /// An assertion.
    ///
    /// @param name by which an unsatisfiable core mentions it; empty if it has none
    record Assertion(String name, String term) implements Command {
        @Override
        public String text() {
            return name.isEmpty() ? "(assert %s)".formatted(term) : "(assert (! %s :named %s))".formatted(term, name);
        }
    }

    /// A comment for readers.
    record Remark(String line) implements Command {
        @Override
        public String text() {
            return "; " + line;
        }
    }
}
