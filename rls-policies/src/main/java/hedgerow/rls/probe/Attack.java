package hedgerow.rls.probe;

import hedgerow.rls.catalog.Role;
import java.sql.SQLException;
import java.util.List;

/// A kind of attack, with the statements that it tries.
sealed interface Attack
        permits Reads,
                LockingReads,
                Copies,
                Prepared,
                LeakyPredicates,
                Updates,
                Deletes,
                Inserts,
                Moves,
                Merges,
                Truncates,
                References,
                Cascades,
                Functions,
                Shadows {

    /// All kinds, in the order in which they run.
    List<Attack> ALL = List.of(
            new Reads(),
            new LockingReads(),
            new Copies(),
            new Prepared(),
            new LeakyPredicates(),
            new Updates(),
            new Deletes(),
            new Inserts(),
            new Moves(),
            new Merges(),
            new Truncates(),
            new References(),
            new Cascades(),
            new Functions(),
            new Shadows());

    /// The statements of the attack.
    ///
    /// @throws SQLException if the values of a row cannot be queried
    List<Shot> shots(Field field, Role role) throws SQLException;
}
