package hedgerow.rls.logic;

import static hedgerow.rls.smt.Terms.FALSE;
import static hedgerow.rls.smt.Terms.TRUE;
import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.eq;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.smt.Sort;

/// A value of SQL as SMT-LIB terms.
///
/// @param raises whether computing it raises an error
/// @param isNull whether it is NULL; the term is then meaningless
public record Encoded(String raises, String isNull, String term, Sort sort) {

    static Encoded of(String term, Sort sort) {
        return new Encoded(FALSE, FALSE, term, sort);
    }

    static Encoded ofNull(String term, Sort sort) {
        return new Encoded(FALSE, TRUE, term, sort);
    }

    /// The value with another condition under which it is NULL.
    Encoded nullIf(String condition) {
        return new Encoded(raises, condition, term, sort);
    }

    /// The formula that both are NULL, or neither is and they are equal.
    public String same(Encoded other) {
        return and(eq(isNull, other.isNull), or(isNull, eq(term, other.term)));
    }
}
