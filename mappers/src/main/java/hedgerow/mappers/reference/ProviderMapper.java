package hedgerow.mappers.reference;

import java.util.List;
import java.util.Optional;

/// Ways to move money. All tenants share them.
public interface ProviderMapper {

    Optional<Provider> find(String code);

    /// All providers, by code. There are few.
    List<Provider> all();
}
