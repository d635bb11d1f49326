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

    /// What a list can be narrowed to; null: any.
    record Filter(String code, String kind, String unit, Boolean active, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }

    /// What its entries sum to; empty if there is no such account.
    Optional<LedgerBalance> balance(TenantKey tenant, UUID id);

    /// What a new one begins with.
    record New(String code, String name, String kind, String unit) {}

    /// All that can be changed, as it is to be.
    record Change(String name, boolean active) {}
}
