package hedgerow.rls.report;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// A condition as alternatives, each a set of texts that must all be TRUE, comparable between two
/// databases. Two conditions of the same form are TRUE for the same rows; conditions of different forms may
/// be too.
record Form(Set<Set<String>> alternatives) {

    /// The condition that is TRUE for every row.
    static final Form ALWAYS = new Form(Set.of(Set.of()));

    Form {
        alternatives = Set.copyOf(alternatives);
    }

    /// The condition that is TRUE where any of these is.
    static Form any(Collection<Form> forms) {
        return new Form(forms.stream()
                .flatMap(form -> form.alternatives.stream())
                .collect(Collectors.toCollection(HashSet::new)));
    }

    /// Whether it is provably TRUE wherever the other is.
    boolean covers(Form other) {
        return other.alternatives.stream()
                .allMatch(theirs -> alternatives.stream().anyMatch(theirs::containsAll));
    }

    boolean isAlways() {
        return covers(ALWAYS);
    }
}
