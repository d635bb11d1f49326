package hedgerow.sql;

import hedgerow.sql.SqlToken.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// What psql puts in for `:name`, `:'name'`, `:"name"` and `:{?name}`.
public final class PsqlVariables {

    /// Nothing in it is a variable, an escape, or the output of a program.
    private static final Pattern LITERAL = Pattern.compile("'(?:[^'\\\\]|'')*'|[^'\"`:\\\\]*");

    private final Map<String, String> values = new HashMap<>();
    private final Set<String> unknown = new HashSet<>();

    /// Follows a command that sets a variable, or takes its value away.
    ///
    /// @return false if the value is no plain literal: the variable is then not set
    public boolean follow(ScriptPiece.Command command) {
        var arguments = command.arguments();
        if (arguments.isEmpty()) {
            return true; // it lists them
        }
        values.remove(arguments.getFirst());
        var given = arguments.subList(1, arguments.size());
        if (command.name().equals("\\unset")) {
            return true;
        }
        if (!given.stream().allMatch(value -> LITERAL.matcher(value).matches())) {
            unknown.add(arguments.getFirst());
            return false;
        }
        values.put(arguments.getFirst(), given.stream().map(MetaCommand::plain).reduce("", String::concat));
        return true;
    }

    /// The statements that psql sends, for a value may have several. Variables that are not set stay as they are.
    ///
    /// @throws ScriptProblem if a quote or comment of a value never ends
    public List<ScriptPiece.Statement> fill(ScriptPiece.Statement statement) {
        return with(statement, filled(statement.text(), variable -> variable));
    }

    /// The same, where a variable that nothing has set stands for its own name: `:owner` for `owner`.
    ///
    /// @throws ScriptProblem as [#fill] does
    public List<ScriptPiece.Statement> fillByName(ScriptPiece.Statement statement) {
        return with(statement, filled(statement.text(), this::byName));
    }

    private static List<ScriptPiece.Statement> with(ScriptPiece.Statement statement, String filled) {
        if (filled.equals(statement.text())) {
            return List.of(statement);
        }
        var source = new ScriptSource("line " + statement.line(), Optional.empty(), filled + "\n");
        return new ScriptParser(source)
                .parse().statements().stream()
                        .map(one -> SqlScript.piece(one, statement.line()))
                        .toList();
    }

    private String filled(String text, UnaryOperator<String> unset) {
        var lexer = new SqlLexer(new ScriptSource("", Optional.empty(), text));
        var filled = new StringBuilder();
        while (lexer.hasNext()) {
            var token = lexer.next();
            filled.append(token.kind() == Kind.VARIABLE ? value(token.text(), unset) : token.text());
        }
        return filled.toString();
    }

    private String value(String variable, UnaryOperator<String> unset) {
        var name = name(variable);
        if (variable.startsWith(":{?")) {
            return values.containsKey(name) ? "TRUE" : "FALSE";
        }
        return values.containsKey(name) ? quoted(variable, values.get(name)) : unset.apply(variable);
    }

    private String byName(String variable) {
        var name = name(variable);
        return unknown.contains(name) ? variable : quoted(variable, name);
    }

    private static String name(String variable) {
        return variable.replaceAll("^:(\\{\\?)?|['\"}]", "");
    }

    private static String quoted(String variable, String value) {
        return switch (variable.charAt(1)) {
            case '\'' -> "'" + value.replace("'", "''") + "'";
            case '"' -> "\"" + value.replace("\"", "\"\"") + "\"";
            default -> value;
        };
    }
}
