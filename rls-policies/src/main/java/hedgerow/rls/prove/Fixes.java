package hedgerow.rls.prove;

import java.util.List;

/// The fixes that were found, in the order in which they must run.
///
/// @param left cells that are still refuted after all of them, for some role at least
/// @param refuted the number of cells that were to be closed
public record Fixes(List<Fix> fixes, List<Left> left, int refuted) {

    /// A cell without a fix.
    ///
    /// @param why nothing was found, or nothing was tried
    public record Left(Cell cell, String why) {}
}
