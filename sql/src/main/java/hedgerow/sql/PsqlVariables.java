package hedgerow.sql;

import hedgerow.sql.SqlToken.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// The variables of psql, and the text that it substitutes for `:name`, `:'name'`, `:"name"` and
/// `:{?name}`.
public final class PsqlVariables {

    /// A text without an escape and without the output of a program.
    private static final Pattern PLAIN = Pattern.compile("[^`\\\\]*+");

    /// The words that psql accepts as a true condition, and their prefixes.
    private static final Pattern TRUE = Pattern.compile("(?i)t|tr|tru|true|y|ye|yes|on|1");
    private static final Pattern FALSE = Pattern.compile("(?i)f|fa|fal|fals|false|n|no|of|off|0");

    private final Map<String, String> values = new HashMap<>();

    /// Follows a command that sets or unsets a variable.
    ///
    /// @return false if its value is not known before it runs: the variable is then unset
    public boolean follow(ScriptPiece.Command command) {
        if (command.arguments().isEmpty()) {
            return true; // it lists the variables
        }
        var name = command.arguments().getFirst();
        values.remove(name);
        if (command.name().equals("\\unset")) {
            return true;
        }
        var given = arguments(command);
        given.ifPresent(all -> values.put(name, String.join("", all.subList(1, all.size()))));
        return given.isPresent();
    }

    /// Sets a variable, as `\gset` does.
    public void set(String name, String value) {
        values.put(name, value);
    }

    public void unset(String name) {
        values.remove(name);
    }

    /// The arguments as psql passes them, with variables substituted; empty if one contains an escape or
    /// comes from a program.
    public Optional<List<String>> arguments(ScriptPiece.Command command) {
        return command.arguments().stream()
                        .allMatch(argument -> PLAIN.matcher(argument).matches())
                ? Optional.of(command.arguments().stream().map(this::argument).toList())
                : Optional.empty();
    }

    /// Substitutes variables in an argument. Single quotes prevent substitution; double quotes stay.
    private String argument(String written) {
        return written.startsWith("'") ? MetaCommand.plain(written) : filled(written, name -> name);
    }

    /// Whether the condition of `\if` or `\elif` holds; empty if that is not known before it runs.
    public Optional<Boolean> condition(ScriptPiece.Command command) {
        var condition = arguments(command).map(given -> String.join(" ", given)).orElse("");
        return TRUE.matcher(condition).matches()
                ? Optional.of(true)
                : FALSE.matcher(condition).matches() ? Optional.of(false) : Optional.empty();
    }

    /// The statements that psql sends, because a value may contain several. Unset variables stay as they
    /// are.
    ///
    /// @throws ScriptProblem if a quote or comment of a value never ends
    public List<ScriptPiece.Statement> fill(ScriptPiece.Statement statement) {
        return with(statement, filled(statement.text(), variable -> variable));
    }

    /// The statements that psql sends, except that an unset variable stands for its own name: `:owner` for
    /// `owner`.
    ///
    /// @throws ScriptProblem as [#fill] does
    public List<ScriptPiece.Statement> fillByName(ScriptPiece.Statement statement) {
        return with(statement, filled(statement.text(), PsqlVariables::byName));
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

    private static String byName(String variable) {
        return quoted(variable, name(variable));
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
