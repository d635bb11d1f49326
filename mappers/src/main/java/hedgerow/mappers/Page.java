package hedgerow.mappers;

import java.util.List;

/// A part of a list that runs from the newest row to the oldest.
///
/// If the list goes on, its statement fetches more than `limit` rows; [#slice] removes the surplus.
///
/// @param after rows older than this, or null
/// @param before rows newer than this, the nearest ones, or null; not both
/// @param limit 1 to 100 rows
public record Page(Cursor after, Cursor before, int limit) {

    /// The number of rows up to which a list is counted.
    public static final int MOST_COUNTED = 10_000;

    /// The largest page. `Paging.xml` fetches one row more.
    private static final int MOST = 100;

    public Page {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit must be 1 to " + MOST);
        }
        if (after != null && before != null) {
            throw new IllegalArgumentException("after or before, not both");
        }
    }

    /// The page with the newest rows.
    public static Page first(int limit) {
        return new Page(null, null, limit);
    }

    /// The page after `cursor`: the next older rows.
    public static Page after(Cursor cursor, int limit) {
        return new Page(cursor, null, limit);
    }

    /// The page before `cursor`: the next newer rows.
    public static Page before(Cursor cursor, int limit) {
        return new Page(null, cursor, limit);
    }

    /// Cuts the page, newest row first, out of the rows that its statement fetched.
    public <T> Slice<T> slice(List<T> fetched) {
        var more = fetched.size() > limit;
        var rows = more ? fetched.subList(0, limit) : fetched;
        return new Slice<>(List.copyOf(before == null ? rows : rows.reversed()), more);
    }

    /// A part of a list.
    ///
    /// @param rows newest first
    /// @param more whether rows follow in the direction that the page was asked for
    public record Slice<T>(List<T> rows, boolean more) {}
}
