package hedgerow.rls.probe;

import java.util.List;

/// Collects the assumptions of outcomes.
final class Assumptions {

    static final List<String> LINES = List.of(
            "The variables that say who a session is are set by somebody who may set them.",
            "Rows are foreign that were made for the other tenant; rows without an owner are foreign to everybody.",
            "A role is attacked from each login that becomes it, of those with the same stored settings from one.");

    private Assumptions() {}
}
