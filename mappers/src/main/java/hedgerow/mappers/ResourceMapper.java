package hedgerow.mappers;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The queries that every tenant table offers. A row of another tenant is as absent as one that does not
/// exist.
///
/// @param <R> a row: its components are the columns that the application may read, and null where the column is
/// @param <F> the filters; a component that is null does not filter
public interface ResourceMapper<R extends Row, F> {

    /// Finds a row by its id.
    Optional<R> find(TenantKey tenant, UUID id);

    /// Finds those of the rows that exist, in no particular order. Expansions use it: one statement for all
    /// references of a page.
    List<R> findAll(TenantKey tenant, Collection<UUID> ids);

    /// Fetches the rows of a page, from which [Page#slice] makes the page.
    List<R> page(TenantKey tenant, F filter, Page page);

    /// Counts the rows of the list, up to one more than [Page#MOST_COUNTED].
    int count(TenantKey tenant, F filter);

    /// A table whose rows the application creates.
    ///
    /// @param <N> the values of a new row
    interface Creating<R extends Row, N> {

        /// Returns the new row. The database fills in who created it and when.
        R insert(TenantKey tenant, N created);
    }

    /// A table whose rows the application changes.
    ///
    /// @param <C> everything that can be changed: a component that is null sets its column to null
    interface Changing<R extends Row, C> {

        /// Returns the row as it is now; empty if the actor may change no such row, or if it has another
        /// version.
        Optional<R> update(TenantKey tenant, UUID id, int version, C change);
    }

    /// A table whose rows go through states. The database decides which transitions exist: any other fails
    /// with 23514.
    interface Moving<R extends Row> {

        /// Returns the row as it is now; empty if the actor may move no such row, if it already is in that
        /// state, or if it has another version.
        ///
        /// @param version the expected version; null accepts any
        Optional<R> setStatus(TenantKey tenant, UUID id, Integer version, String status);
    }
}
