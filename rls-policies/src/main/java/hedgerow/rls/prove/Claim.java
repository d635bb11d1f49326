package hedgerow.rls.prove;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// A claim about the separation of tenants. The first three are statements about any single state of the
/// database, the fourth about any single write, so that together they hold for any sequence of statements.
public enum Claim {
    /// A session reads no row of a tenant that is not its own.
    DISJOINT_READS,
    /// A session makes, changes and deletes no row of a tenant that is not its own.
    WRITES_STAY_HOME,
    /// A session without an identity reads and writes nothing.
    UNBOUND_SEES_NOTHING,
    /// A session without access to a tenant cannot write a row that gives it access.
    MEMBERSHIP_EARNED,
    /// A row refers to no row of another tenant.
    REFERENCES_STAY_HOME;

    /// The name in reports and options, such as `disjoint-reads`.
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The number of the claim, from 1.
    public int number() {
        return ordinal() + 1;
    }

    /// The claim of an id or number.
    ///
    /// @param text an id, or a number from 1
    public static Optional<Claim> of(String text) {
        return Arrays.stream(values())
                .filter(claim -> claim.id().equals(text)
                        || String.valueOf(claim.number()).equals(text))
                .findFirst();
    }
}
