package hedgerow.rls.probe;

/// The owner of rows that a probe makes.
enum Party {
    /// Everybody: rows of tables that all tenants share.
    SHARED,
    /// The attacking tenant.
    OWN,
    /// The attacked tenant.
    FOREIGN,
    /// A tenant whose name differs from the attacker's in case alone. Its rows are attacked too.
    NEAR,
    /// A person of the attacked tenant whose rank is low, where policies look up memberships.
    JUNIOR;

    /// Whether it is a tenant of its own.
    boolean isTenant() {
        return this == OWN || isForeign();
    }

    /// Whether its rows are none of the attacker's.
    boolean isForeign() {
        return this == FOREIGN || this == NEAR;
    }
}
