package hedgerow.rls.prove;

import java.util.List;
import java.util.stream.Stream;

/// The cause of a broken claim.
///
/// @param object at fault, in the spelling of findings: `policy looks on app.invoice`
/// @param leaks ids of `docs/leaks.md`, sorted
record Cause(String object, List<String> leaks) {

    /// The cause, which is an example of one more leak.
    Cause with(String leak) {
        return new Cause(
                object, Stream.concat(leaks.stream(), Stream.of(leak)).sorted().toList());
    }
}
