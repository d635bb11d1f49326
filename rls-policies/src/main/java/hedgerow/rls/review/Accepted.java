package hedgerow.rls.review;

import java.time.LocalDate;
import java.util.Optional;

/// A finding that `hedgerow.yaml` accepts.
///
/// @param expires the last day on which it is accepted
public record Accepted(Finding finding, String reason, Optional<LocalDate> expires) {}
