package hedgerow.rls.logic;

import static hedgerow.rls.smt.Terms.FALSE;
import static hedgerow.rls.smt.Terms.TRUE;
import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import java.util.List;

/// The value of a boolean expression as three formulas, none of which holds where it raises an error.
///
/// An operand that raises an error does not constrain its siblings, so every order of evaluation is
/// covered.
record Truth(String isTrue, String isFalse, String isNull) {

    static final Truth ALWAYS = new Truth(TRUE, FALSE, FALSE);
    static final Truth RAISES = new Truth(FALSE, FALSE, FALSE);

    static Truth of(Encoded value) {
        var there = and(not(value.raises()), not(value.isNull()));
        return new Truth(
                and(there, value.term()), and(there, not(value.term())), and(not(value.raises()), value.isNull()));
    }

    static Truth known(String holds) {
        return new Truth(holds, not(holds), FALSE);
    }

    Truth negated() {
        return new Truth(isFalse, isTrue, isNull);
    }

    String raises() {
        return and(not(isTrue), not(isFalse), not(isNull));
    }

    static Truth and3(List<Truth> truths) {
        var all = and(truths.stream().map(Truth::isTrue).toList());
        var some = or(truths.stream().map(Truth::isFalse).toList());
        var none = and(truths.stream().map(t -> or(t.isTrue, t.isNull)).toList());
        var unknown = or(truths.stream().map(Truth::isNull).toList());
        return new Truth(all, some, and(none, unknown));
    }

    static Truth or3(List<Truth> truths) {
        return and3(truths.stream().map(Truth::negated).toList()).negated();
    }
}
