package hedgerow.rls.review;

import hedgerow.rls.prove.Leak;
import java.util.List;
import java.util.Optional;

/// A fault that one rule found in one object.
///
/// @param rule the slug of the rule, such as `rls-not-forced`
/// @param leaks ids of the leaks in `docs/leaks.md`
/// @param severity of the rule; [Severity#INFO] where no subject reaches the hole
/// @param object in quoted SQL spelling: `app.invoice`, `policy p on app.invoice`, `role x`, `function app.f(uuid)`
/// @param detail a fragment of a sentence, without full stop
/// @param fix SQL that a superuser can run as it is
/// @param leak a leak that the prover found for the claim that the object breaks
public record Finding(
        String rule,
        List<String> leaks,
        Severity severity,
        String object,
        String detail,
        Optional<String> fix,
        Optional<Location> location,
        Optional<Leak> leak) {

    public Finding {
        leaks = List.copyOf(leaks);
    }

    /// A finding of a rule without known leaks.
    public Finding(
            String rule,
            List<String> leaks,
            Severity severity,
            String object,
            String detail,
            Optional<String> fix,
            Optional<Location> location) {
        this(rule, leaks, severity, object, detail, fix, location, Optional.empty());
    }
}
