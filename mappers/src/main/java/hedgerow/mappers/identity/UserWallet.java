package hedgerow.mappers.identity;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// A wallet that signs a person in.
///
/// @param chainId EIP-155; 0: any chain
public record UserWallet(
        UUID id,
        String kind,
        long chainId,
        String address,
        String label,
        Instant verifiedAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
