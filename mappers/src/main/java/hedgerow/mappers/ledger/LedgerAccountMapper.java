package hedgerow.mappers.ledger;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.Optional;
import java.util.UUID;

/// Accounts of the tenant's books.
public interface LedgerAccountMapper
        extends ResourceMapper<LedgerAccount, LedgerAccountMapper.Filter>,
                ResourceMapper.Creating<LedgerAccount, LedgerAccountMapper.New>,
                ResourceMapper.Changing<LedgerAccount, LedgerAccountMapper.Change> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String code, String kind, String unit, Boolean active, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }

    /// The sum of an account's entries; empty if there is no such account.
    Optional<LedgerBalance> balance(TenantKey tenant, UUID id);

    /// The values of a new row.
    record New(String code, String name, String kind, String unit) {}

    /// The new values of everything that can be changed.
    record Change(String name, boolean active) {}
}
