package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.prove.Proofs;

/// A review, and the snapshot that it rests on.
///
/// @param proofs what the prover found for it; nothing if no rule asked
public record Reviewed(Review review, Catalog catalog, Settings settings, Proofs proofs) {}
