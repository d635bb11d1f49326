package hedgerow.rls.load;

import hedgerow.sql.PsqlVariables;
import hedgerow.sql.ScriptPiece.Command;
import hedgerow.sql.ScriptPiece.Statement;
import hedgerow.sql.SqlScript;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The state that psql's own commands leave for later statements: variables, and the branch that runs.
///
/// Commands that only print are skipped; commands that would reach out of the server are refused.
final class PsqlScene {

    private static final Set<String> PRINTING = Set.of(
            "\\restrict",
            "\\unrestrict",
            "\\encoding",
            "\\echo",
            "\\qecho",
            "\\warn",
            "\\timing",
            "\\pset",
            "\\a",
            "\\t",
            "\\x",
            "\\f",
            "\\p",
            "\\l",
            "\\z",
            "\\conninfo",
            "\\gx",
            "\\gdesc",
            "\\gset",
            "\\gexec");
    private static final Pattern DESCRIBES = Pattern.compile("\\\\d[A-Za-z]*[S+x]*");
    private static final Set<String> ABOUT_VARIABLES = Set.of("\\set", "\\unset");
    private static final Set<String> CONNECT = Set.of("\\connect", "\\c");
    private static final Set<String> QUIT = Set.of("\\q", "\\quit");

    /// A connection string with a user, `dbname=x user=y`, or a URL.
    private static final Pattern USER =
            Pattern.compile("(?:\\buser\\s*=\\s*'?|^postgres(?:ql)?://)([\\w.-]+)(?:[:@'\\s]|$)");

    /// Placeholders that migration tools fill in before they run a file.
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([\\w.:-]+)}|\\{\\{[^{}]*?(\\w+)\"?\\s*-?}}");

    private final PsqlVariables variables = new PsqlVariables();
    private final Branches branches = new Branches();
    private final Notes notes;

    PsqlScene(Notes notes) {
        this.notes = notes;
    }

    // --- branches ------------------------------------------------------------------------------------------------

    boolean runs() {
        return branches.run();
    }

    boolean quits(Command command) {
        return runs() && QUIT.contains(command.name());
    }

    /// Follows a command that begins or ends a branch.
    ///
    /// @return false for any other command
    boolean branches(String file, Command command) {
        if (!Branches.concerns(command.name())) {
            return false;
        }
        branches.follow(
                command.name(),
                () -> variables.condition(command).orElseGet(() -> {
                    notes.gap(file, command, "the condition is not a literal truth value, and counts as false");
                    return false;
                }));
        return true;
    }

    // --- commands ------------------------------------------------------------------------------------------------

    void follow(String file, Command command) {
        if (ABOUT_VARIABLES.contains(command.name())) {
            if (!variables.follow(command)) {
                notes.assume("variables of psql whose values come from a program stand for their own names");
            }
        } else if (command.name().equals("\\g") && command.arguments().isEmpty()) {
            return; // a semicolon
        } else if (!PRINTING.contains(command.name())
                && !DESCRIBES.matcher(command.name()).matches()) {
            notes.refused(file, command, "this psql command is unknown, or could reach out of the database");
        }
    }

    /// Sets the columns of a row as variables.
    void set(Command gset, Map<String, String> row) {
        var prefix = gset.plainArguments().stream().findFirst().orElse("");
        row.forEach((column, value) -> variables.set(prefix + column, value));
    }

    boolean connects(Command command) {
        return CONNECT.contains(command.name());
    }

    /// The user that `\connect` names; empty if it is the same user as before.
    Optional<String> user(Command command) {
        var arguments = variables.arguments(command).orElse(List.of()).stream()
                .filter(argument -> !argument.startsWith("-reuse-previous"))
                .map(argument -> argument.replaceAll("^[:'\"]+|['\"]+$", ""))
                .toList();
        if (arguments.size() > 1) {
            return Optional.of(arguments.get(1)).filter(user -> !user.equals("-"));
        }
        var named = USER.matcher(arguments.isEmpty() ? "" : arguments.getFirst());
        return named.find() ? Optional.of(named.group(1)) : Optional.empty();
    }

    // --- filling in ----------------------------------------------------------------------------------------------

    /// The statement with its variables substituted.
    ///
    /// @throws hedgerow.sql.ScriptProblem if a quote or comment of a value never ends
    List<Statement> fill(Statement statement) {
        return variables.fill(statement);
    }

    /// The statement in which unset variables and placeholders, which are mostly names of roles or schemas,
    /// stand for their own names; empty if there are none.
    Optional<List<Statement>> fillByName(Statement statement) {
        var placeholders = PLACEHOLDER.matcher(statement.text());
        if (placeholders.find()) {
            notes.assume("placeholders such as %s stand for their own names".formatted(placeholders.group()));
            var filled = placeholders.replaceAll(found -> (found.group(1) == null ? found.group(2) : found.group(1))
                    .replaceAll("\\W", "_")
                    .toLowerCase(Locale.ROOT));
            return Optional.of(statements(filled, statement.line()));
        }
        var named = variables.fillByName(statement);
        if (named.equals(List.of(statement))) {
            return Optional.empty();
        }
        notes.assume("variables of psql that are not set stand for their own names");
        return Optional.of(named);
    }

    /// Parses a text.
    ///
    /// @param line of all its statements
    static List<Statement> statements(String text, int line) {
        try {
            var bytes = new ByteArrayInputStream((text + "\n").getBytes(StandardCharsets.UTF_8));
            return SqlScript.read("line " + line, bytes).pieces().stream()
                    .filter(Statement.class::isInstance)
                    .map(Statement.class::cast)
                    .map(one -> new Statement(one.text(), line, one.tokens(), one.copiesFromStdin()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
