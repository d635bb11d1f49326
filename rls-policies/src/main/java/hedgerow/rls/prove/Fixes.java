package hedgerow.rls.prove;

import java.util.List;

/// The fixes that were found, in the order in which they are to run.
///
/// @param left cells that are refuted after all of them, for some role at least
/// @param refuted how many cells were to be closed
public record Fixes(List<Fix> fixes, List<Left> left, int refuted) {

    /// A cell for which there is no fix.
    ///
    /// @param why nothing was found, or nothing was tried
    public record Left(Cell cell, String why) {}
}
