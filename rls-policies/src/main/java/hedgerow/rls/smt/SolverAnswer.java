package hedgerow.rls.smt;

/// The result of a solver for a script.
public enum SolverAnswer {
    SATISFIABLE,
    UNSATISFIABLE,
    /// The solver ran out of time, or gave up.
    UNKNOWN
}
