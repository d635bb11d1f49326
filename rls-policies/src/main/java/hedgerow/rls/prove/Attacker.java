package hedgerow.rls.prove;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/// Attacks a copy of the database where the prover cannot decide: a leak that is seen refutes a claim
/// whatever the prover can read.
@FunctionalInterface
public interface Attacker {

    /// Attacks nothing.
    Attacker NONE = (_, _, _) -> {};

    /// Attacks undecided cells.
    ///
    /// @param open the undecided cells
    /// @param all the cells
    /// @param seen gets one for each cell whose claim was seen broken
    /// @throws SQLException if the attacks cannot go on
    void attack(List<Cell> open, List<Cell> all, Consumer<Sighting> seen) throws SQLException;

    /// A leak through a cell.
    ///
    /// @param cell that was undecided
    /// @param leaks ids of `docs/leaks.md`; empty if the attack does not tell
    /// @param story at most twelve lines
    /// @param script for psql, with the rows; empty if there is none
    record Sighting(Cell cell, List<String> leaks, List<String> story, String script) {}
}
