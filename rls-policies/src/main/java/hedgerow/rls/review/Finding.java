package hedgerow.rls.review;

import java.util.List;
import java.util.Optional;

/// A statement of one rule about one object.
///
/// @param rule its slug, `rls-not-forced`
/// @param leaks ids of the leaks in `docs/leaks.md`
/// @param severity of the rule; [Severity#INFO] where no subject reaches the hole
/// @param object in quoted SQL spelling: `app.invoice`, `policy p on app.invoice`, `role x`, `function app.f(uuid)`
/// @param detail a fragment of a sentence, without full stop
/// @param fix SQL that a superuser can run as it is
public record Finding(
        String rule,
        List<String> leaks,
        Severity severity,
        String object,
        String detail,
        Optional<String> fix,
        Optional<Location> location) {

    public Finding {
        leaks = List.copyOf(leaks);
    }
}
