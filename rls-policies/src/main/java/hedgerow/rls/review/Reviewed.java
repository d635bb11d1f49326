package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;

/// A review, and the snapshot that it rests on.
public record Reviewed(Review review, Catalog catalog, Settings settings) {}
