package hedgerow.rls.logic;

import hedgerow.rls.expr.Expr;

/// The values of one row of a source in FROM.
public interface Fields {

    /// The value of a column.
    ///
    /// @param column its number is positive
    Encoded column(Expr.Column column);
}
