package hedgerow.mappers.reference;

import java.util.List;
import java.util.Optional;

/// Assets. All tenants share them.
public interface AssetMapper {

    Optional<Asset> find(String code);

    /// All assets, by code. There are few.
    List<Asset> all();
}
