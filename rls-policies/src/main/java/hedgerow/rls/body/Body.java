package hedgerow.rls.body;

import hedgerow.rls.catalog.Function;
import java.util.List;
import java.util.Optional;

/// The effects of a function, on each way through it.
///
/// @param variables the values of `$n` in every expression, `n` from 1. For a function, the arguments come
///     first, in order of declaration; for a trigger, the columns of NEW, then those of OLD
/// @param ways at most 64; they cover everything that the function may do, and some of them may be
///     impossible
/// @param missing the construct that is not modelled, with its text; there is no way then
public record Body(Function function, List<Variable> variables, List<Way> ways, Optional<String> missing) {}
