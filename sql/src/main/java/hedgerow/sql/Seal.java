package hedgerow.sql;

import java.util.Locale;

/// The protection of a bound session against a forgery by attacker-supplied SQL.
public enum Seal {
    /// None: session variables, which any SQL can set. Plain mode alone.
    NONE,
    /// An HMAC over the session variables, verified whenever a policy reads them. Sealed mode alone.
    HMAC,
    /// A parameter of the server that nobody but the bind function may set, a right that a superuser grants.
    RESERVED;

    /// The name in the changelog, the functions and the command line: `none`, `hmac` or `reserved`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
