package hedgerow.mappers.reference;

import java.util.List;
import java.util.Optional;

/// Chains. All tenants share them.
public interface ChainMapper {

    Optional<Chain> find(String code);

    /// All chains, by code. There are few.
    List<Chain> all();
}
