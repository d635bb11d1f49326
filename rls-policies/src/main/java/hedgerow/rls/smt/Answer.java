package hedgerow.rls.smt;

/// What a solver says of a script.
public enum Answer {
    SATISFIABLE,
    UNSATISFIABLE,
    /// It ran out of time, or gave up.
    UNKNOWN
}
