package hedgerow.mappers;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What every tenant table can be asked. A row of another tenant is as absent as one that does not exist.
///
/// @param <R> a row: its components are the columns that the application may read, and null where the column is
/// @param <F> the filters; a component that is null does not filter
public interface ResourceMapper<R extends Row, F> {

    /// By id.
    Optional<R> find(TenantKey tenant, UUID id);

    /// Those that exist, in no order. For expansions: one statement for all references of a page.
    List<R> findAll(TenantKey tenant, Collection<UUID> ids);

    /// What [Page#slice] makes a page of.
    List<R> page(TenantKey tenant, F filter, Page page);

    /// How many rows the list has, counted up to one more than [Page#MOST_COUNTED].
    int count(TenantKey tenant, F filter);

    /// Whose rows the application makes.
    ///
    /// @param <N> what a new row begins with
    interface Creating<R extends Row, N> {

        /// The new row. Who made it and when is the database's to say.
        R insert(TenantKey tenant, N created);
    }

    /// Whose rows the application changes.
    ///
    /// @param <C> everything that can be changed: a component that is null sets its column to null
    interface Changing<R extends Row, C> {

        /// The row as it is now; empty if there is none that the actor may change, or if it has another version.
        Optional<R> update(TenantKey tenant, UUID id, int version, C change);
    }

    /// Whose rows go through states. Which moves there are is the database's to say: any other fails with 23514.
    interface Moving<R extends Row> {

        /// The row as it is now; empty if there is none that the actor may move, if it is in that state
        /// already, or if it has another version.
        ///
        /// @param version null: whichever it has
        Optional<R> setStatus(TenantKey tenant, UUID id, Integer version, String status);
    }
}
