package hedgerow.rls.body;

import java.util.List;
import java.util.Optional;

/// A statement of plpgsql, before its names are resolved.
sealed interface Statement {

    /// A block.
    ///
    /// @param label empty if it has none
    record Block(String label, List<List<Token>> declarations, List<Statement> body, List<List<Statement>> handlers)
            implements Statement {}

    record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

    /// A CASE statement.
    ///
    /// @param subject empty if the conditions are truth values
    record Case(List<Token> subject, List<Branch> branches, Optional<List<Statement>> otherwise) implements Statement {}

    record Branch(List<Token> condition, List<Statement> body) {}

    record Loop(String label, Head head, List<Statement> body) implements Statement {}

    /// The iteration of a loop.
    sealed interface Head {
        record Forever() implements Head {}

        record While(List<Token> condition) implements Head {}

        record Numbers(List<Token> variable, List<Token> range) implements Head {}

        record Rows(List<Token> targets, List<Token> query) implements Head {}

        record Elements(List<Token> targets, List<Token> array) implements Head {}
    }

    /// An EXIT or CONTINUE statement.
    record Leave(boolean exits, String label, List<Token> condition) implements Statement {}

    /// Any other statement.
    record Plain(List<Token> tokens) implements Statement {}
}
