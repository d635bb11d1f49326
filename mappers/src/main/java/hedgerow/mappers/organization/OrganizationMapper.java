package hedgerow.mappers.organization;

import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;

/// The tenant itself. A new one is made by sign-in.
public interface OrganizationMapper {

    Optional<Organization> find(@Param("tenant") TenantKey tenant);

    /// The tenant as it is now; empty if the actor may not change it, or if it has another version.
    Optional<Organization> update(TenantKey tenant, int version, Change change);

    /// The tenant as it is now; empty if the actor may not move it, or if it has another version.
    ///
    /// @param version null: whichever it has
    Optional<Organization> setStatus(TenantKey tenant, Integer version, String status);

    /// All that can be changed, as it is to be.
    record Change(String name, String legalName, String country, String defaultCurrency, Json settings) {}
}
