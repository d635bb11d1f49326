package hedgerow.rls.why;

import hedgerow.sql.ScriptPiece;
import hedgerow.sql.ScriptProblem;
import hedgerow.sql.SqlScript;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// A user's condition on a row, as SQL: one expression that cannot leave the parentheses around it.
record Condition(String text) {

    static Condition of(String text) {
        var statement = statement(text);
        var depth = 0;
        for (var token : statement.tokens()) {
            depth += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
            if (depth < 0) {
                break;
            }
        }
        if (depth != 0) {
            throw refused("its brackets do not match");
        }
        return new Condition(statement.text());
    }

    private static ScriptPiece.Statement statement(String text) {
        try {
            var script =
                    SqlScript.read("the condition", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
            if (script.pieces().size() == 1 && script.pieces().getFirst() instanceof ScriptPiece.Statement statement) {
                return statement;
            }
            throw refused("it is not one expression");
        } catch (ScriptProblem problem) {
            throw refused("it has a quote or comment without an end");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static WhyProblem refused(String why) {
        return WhyProblem.refused(
                "the condition on the row cannot be asked: " + why,
                "give one condition on the table's columns, as after WHERE: id = 42");
    }

    /// The condition in parentheses. A comment at its end ends with the line.
    String sql() {
        return "(%s\n)".formatted(text);
    }
}
