package hedgerow.rls.copy;

import java.util.Optional;

/// One statement that the copy needs, or the reason why there is none.
///
/// @param name for people: `policy fence of app.invoice`
/// @param statement complete, with each name in it quoted by the source
/// @param actor who must run it, if that is not the superuser
/// @param reason why there is no statement
/// @param relation the table or view that would differ without it
record Piece(
        Step step,
        Key key,
        String name,
        Optional<String> statement,
        Optional<String> actor,
        Optional<String> reason,
        Optional<Key> relation) {

    /// An object of the source.
    ///
    /// @param catalog oid of the catalog that has it
    record Key(long catalog, long oid) implements Comparable<Key> {

        @Override
        public int compareTo(Key other) {
            return catalog == other.catalog ? Long.compare(oid, other.oid) : Long.compare(catalog, other.catalog);
        }
    }
}
