package hedgerow.rls.report;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// A condition as alternatives, each of them what must all be TRUE, in texts that two databases have in common.
/// Two conditions of one form are TRUE for the same rows; others may be too.
record Form(Set<Set<String>> alternatives) {

    /// TRUE for every row.
    static final Form ALWAYS = new Form(Set.of(Set.of()));

    Form {
        alternatives = Set.copyOf(alternatives);
    }

    /// TRUE where any of these is.
    static Form any(Collection<Form> forms) {
        return new Form(forms.stream()
                .flatMap(form -> form.alternatives.stream())
                .collect(Collectors.toCollection(HashSet::new)));
    }

    /// Whether it can be seen to be TRUE wherever the other is.
    boolean covers(Form other) {
        return other.alternatives.stream()
                .allMatch(theirs -> alternatives.stream().anyMatch(theirs::containsAll));
    }

    boolean isAlways() {
        return covers(ALWAYS);
    }
}
