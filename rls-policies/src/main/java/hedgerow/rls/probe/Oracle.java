package hedgerow.rls.probe;

import hedgerow.rls.prove.Claim;

/// The ways to recognize a leaking random statement without knowing what its policies are meant to allow.
enum Oracle {
    /// A query answers as it does to somebody whom no policy binds, over the rows of each table that a plain
    /// SELECT shows the session, less those that by their owner are not its tenant's.
    TWIN("fuzz twin", Claim.DISJOINT_READS),
    /// A query answers the same after rows of another tenant have changed.
    INSENSITIVITY("fuzz insensitivity", Claim.DISJOINT_READS),
    /// The rows of a query are those for which a condition is true, those for which it is false, and those
    /// for which it is unknown.
    PARTITION("fuzz partition", Claim.DISJOINT_READS),
    /// A write leaves all rows of other tenants, and makes none that are nobody's.
    WRITE("fuzz write", Claim.WRITES_STAY_HOME);

    private final String attack;
    private final Claim claim;

    Oracle(String attack, Claim claim) {
        this.attack = attack;
        this.claim = claim;
    }

    String attack() {
        return attack;
    }

    Claim claim() {
        return claim;
    }
}
