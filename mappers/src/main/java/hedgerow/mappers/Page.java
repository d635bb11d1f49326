package hedgerow.mappers;

import java.util.List;

/// A part of a list that runs from the newest row to the oldest.
///
/// Statements fetch more rows than `limit`, if there are more: [#slice] takes them off.
///
/// @param after rows older than this, or null
/// @param before rows newer than this, the nearest ones, or null; not both
/// @param limit 1 to 100 rows
public record Page(Cursor after, Cursor before, int limit) {

    /// How far the rows of a list are counted.
    public static final int MOST_COUNTED = 10_000;

    /// `Paging.xml` fetches one more.
    private static final int MOST = 100;

    public Page {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit must be 1 to " + MOST);
        }
        if (after != null && before != null) {
            throw new IllegalArgumentException("after or before, not both");
        }
    }

    /// The newest rows.
    public static Page first(int limit) {
        return new Page(null, null, limit);
    }

    /// The rows that follow `cursor`: the next older ones.
    public static Page after(Cursor cursor, int limit) {
        return new Page(cursor, null, limit);
    }

    /// The rows that precede `cursor`: the next newer ones.
    public static Page before(Cursor cursor, int limit) {
        return new Page(null, cursor, limit);
    }

    /// The page, newest row first, out of what its statement fetched.
    public <T> Slice<T> slice(List<T> fetched) {
        var more = fetched.size() > limit;
        var rows = more ? fetched.subList(0, limit) : fetched;
        return new Slice<>(List.copyOf(before == null ? rows : rows.reversed()), more);
    }

    /// @param rows newest first
    /// @param more whether rows follow in the direction that the page was asked for
    public record Slice<T>(List<T> rows, boolean more) {}
}
