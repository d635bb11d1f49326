package hedgerow.rls.probe;

import java.util.List;

/// What outcomes rest on.
final class Assumptions {

    static final List<String> LINES = List.of(
            "The variables that say who a session is are set by somebody who may set them.",
            "Rows are foreign that were made for the other tenant; rows without an owner are foreign to everybody.",
            "Sessions of a login are made by SET ROLE, with the settings that are stored for the login.");

    private Assumptions() {}
}
