package hedgerow.rls.body;

import java.util.List;

/// One path through a body.
public record Way(List<Step> steps) {}
