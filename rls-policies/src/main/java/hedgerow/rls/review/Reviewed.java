package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Settings;

/// A review, and the snapshot that it rests on.
public record Reviewed(Review review, Catalog catalog, Settings settings) {}
