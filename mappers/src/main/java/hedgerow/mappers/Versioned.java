package hedgerow.mappers;

/// A row that counts its changes, for optimistic locking: an update names the version that it has read.
public interface Versioned {

    /// The version, 1 for a new row.
    int version();
}
