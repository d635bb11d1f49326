package hedgerow.mappers.organization;

import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;

/// The tenant itself. Sign-in creates new tenants.
public interface OrganizationMapper {

    Optional<Organization> find(@Param("tenant") TenantKey tenant);

    /// Returns the tenant as it is now; empty if the actor may not change it, or if it has another version.
    Optional<Organization> update(TenantKey tenant, int version, Change change);

    /// Returns the tenant as it is now; empty if the actor may not move it, or if it has another version.
    ///
    /// @param version the expected version; null accepts any
    Optional<Organization> setStatus(TenantKey tenant, Integer version, String status);

    /// The new values of everything that can be changed.
    record Change(String name, String legalName, String country, String defaultCurrency, Json settings) {}
}
