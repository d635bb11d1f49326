package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.prove.Proofs;

/// A review, and the snapshot that it is based on.
///
/// @param proofs the prover's verdicts; empty if no rule needed them
public record Reviewed(Review review, Catalog catalog, Settings settings, Proofs proofs) {}
