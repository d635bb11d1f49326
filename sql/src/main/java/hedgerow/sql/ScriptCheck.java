package hedgerow.sql;

import hedgerow.sql.ScriptProblem.Complaint;
import hedgerow.sql.SqlToken.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Finds statements that would end a script's transaction, change its tenant, or hide that they do.
///
/// This keeps mistakes from doing harm. It does not make a hostile script safe: code in strings is not
/// read, and a change that such code makes is only noticed at the end, by [Binding#changed].
final class ScriptCheck {

    private static final String ONE_TRANSACTION =
            "remove it: the whole script is one transaction, which commits at its end (--dry-run rolls back)";
    private static final String ONE_TENANT =
            "remove it: --tenant, --as and --live choose the tenant, the actor and the role";
    private static final String PLAIN_PSQL = "remove it, or run the script with psql itself";

    private static final Set<String> LEXICAL = Set.of("client_encoding", "names", "standard_conforming_strings");
    private static final Set<String> LEXICAL_DEFAULTS =
            Set.of("utf8", "utf-8", "unicode", "on", "true", "1", "default");
    private static final String UNREADABLE = "a setting with an escaped name";
    private static final Set<String> SESSION =
            Set.of("role", "row_security", "session_authorization", "session authorization", "all", UNREADABLE);
    private static final Set<String> CALLS = Set.of("set_config", "bind");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?");

    private final List<Complaint> complaints = new ArrayList<>();
    private final Map<String, Boolean> numeric = new HashMap<>();
    private boolean anyVariable;

    private ScriptCheck() {}

    /// Checks a script that psql runs.
    ///
    /// @throws ScriptProblem with everything that is wrong
    static void forPsql(SqlScript script) {
        var check = new ScriptCheck();
        var scripts = new ArrayList<SqlScript>();
        check.collect(script, scripts, new HashSet<>());
        scripts.forEach(check::findVariables);
        scripts.forEach(one -> {
            one.statements().forEach(statement -> check.statement(one, statement));
            one.statements().forEach(statement -> check.variables(one, statement));
        });
        check.finish(script);
    }

    /// Checks a script that the built-in runner runs.
    ///
    /// @throws ScriptProblem with everything that is wrong, which includes every psql command
    static void forBuiltin(SqlScript script) {
        var check = new ScriptCheck();
        script.commands()
                .forEach(token -> check.complain(
                        script,
                        token.start(),
                        "the built-in runner knows no " + MetaCommand.of(token).name(),
                        "install psql (Debian: postgresql-client), or remove the command"));
        script.statements().forEach(statement -> check.statement(script, statement));
        check.finish(script);
    }

    private void finish(SqlScript script) {
        if (complaints.isEmpty() && script.isEmpty()) {
            throw ScriptProblem.of(script.name() + ": there is nothing to run in it", "give a script with a statement");
        }
        if (!complaints.isEmpty()) {
            throw new ScriptProblem(complaints);
        }
    }

    private void complain(SqlScript script, int offset, String what, String hint) {
        complaints.add(new Complaint("%s: %s".formatted(script.place(offset), what), hint));
    }

    private void refuse(SqlScript script, int offset, String what, String hint) {
        complain(script, offset, what + " is refused", hint);
    }

    // --- psql's commands -----------------------------------------------------------------------------------------

    /// Collects the script and all scripts that it includes, each once.
    private void collect(SqlScript script, List<SqlScript> all, Set<Object> seen) {
        all.add(script);
        for (var token : script.commands()) {
            var command = MetaCommand.of(token);
            var refusal = command.refusal();
            refusal.ifPresent(what -> refuse(script, token.start(), what, PLAIN_PSQL));
            if (refusal.isEmpty() && command.includes()) {
                var path = script.resolve(command);
                if (seen.add(path.toAbsolutePath().normalize())) {
                    collect(SqlScript.read(path), all, seen);
                }
            }
        }
    }

    /// Checks variables. psql pastes the value of a plain `:name` into the script before it reads on: only
    /// a number cannot change the meaning.
    private void findVariables(SqlScript script) {
        for (var token : script.commands()) {
            var command = MetaCommand.of(token);
            anyVariable |= command.name().equals("\\gset");
            if (command.name().equals("\\set") && command.arguments().size() > 0) {
                var value = String.join(
                        "", command.arguments().subList(1, command.arguments().size()));
                numeric.merge(
                        command.arguments().getFirst(), NUMBER.matcher(value).matches(), Boolean::logicalAnd);
            }
        }
    }

    private void variables(SqlScript script, SqlStatement statement) {
        var tokens = statement.tokens();
        for (var i = 0; i < tokens.size(); i++) {
            var token = tokens.get(i);
            if (token.kind() != Kind.VARIABLE || token.text().startsWith(":{")) {
                continue;
            }
            var quoted = !Character.isLetterOrDigit(token.text().charAt(1))
                    && token.text().charAt(1) != '_';
            var called = token.text().startsWith(":\"")
                    && i + 1 < tokens.size()
                    && tokens.get(i + 1).isSymbol('(');
            if (i == 0 || called || statement.begins("set") || statement.begins("reset")) {
                var what = "the variable %s in this place".formatted(token.text());
                refuse(script, token.start(), what, "write its value");
            } else if (!quoted && !isSafe(token.text().substring(1))) {
                refuse(
                        script,
                        token.start(),
                        "the unquoted variable %s, which may hold any code,".formatted(token.text()),
                        "write :'%1$s' for a value or :\"%1$s\" for a name"
                                .formatted(token.text().substring(1)));
            }
        }
    }

    private boolean isSafe(String variable) {
        return numeric.containsKey(variable) ? numeric.get(variable) && !anyVariable : !anyVariable;
    }

    // --- SQL -----------------------------------------------------------------------------------------------------

    private void statement(SqlScript script, SqlStatement statement) {
        transactionCommand(statement).ifPresent(what -> refuse(script, statement.start(), what, ONE_TRANSACTION));
        sessionCommand(statement).ifPresent(what -> refuse(script, statement.start(), what, ONE_TENANT));
        lexicalCommand(statement)
                .ifPresent(what ->
                        refuse(script, statement.start(), what, "remove it: scripts are UTF-8 with standard strings"));
        calls(script, statement);
        unclearBody(statement)
                .ifPresent(token -> complain(
                        script,
                        token.start(),
                        "the end of this function is ambiguous",
                        "quote the name \"begin\", or write BEGIN ATOMIC ... END"));
    }

    private static Optional<String> transactionCommand(SqlStatement statement) {
        var first = statement.tokens().getFirst().text().toUpperCase(Locale.ROOT);
        return switch (first) {
            case "BEGIN", "COMMIT", "END", "ABORT" ->
                Optional.of(statement.begins("commit", "prepared") ? "COMMIT PREPARED" : first);
            case "START" ->
                statement.begins("start", "transaction") ? Optional.of("START TRANSACTION") : Optional.empty();
            case "PREPARE" ->
                statement.begins("prepare", "transaction") ? Optional.of("PREPARE TRANSACTION") : Optional.empty();
            case "ROLLBACK" -> rollback(statement);
            default -> Optional.empty();
        };
    }

    private static Optional<String> rollback(SqlStatement statement) {
        var toSavepoint = statement.begins("rollback", "to")
                || statement.begins("rollback", "work", "to")
                || statement.begins("rollback", "transaction", "to");
        var what = statement.begins("rollback", "prepared") ? "ROLLBACK PREPARED" : "ROLLBACK";
        return toSavepoint ? Optional.empty() : Optional.of(what);
    }

    private static Optional<String> sessionCommand(SqlStatement statement) {
        if (statement.begins("discard")) {
            return Optional.of("DISCARD");
        }
        var verb = statement.begins("set") ? "SET" : statement.begins("reset") ? "RESET" : "";
        return verb.isEmpty()
                ? routineSetting(statement).map("a function that sets %s"::formatted)
                : setting(statement).filter(ScriptCheck::isSession).map(name -> verb + " " + name);
    }

    private static boolean isSession(String name) {
        return SESSION.contains(name) || name.startsWith("app.");
    }

    /// The name after SET or RESET.
    private static Optional<String> setting(SqlStatement statement) {
        var names = statement.tokens().stream().skip(1).toList();
        if (!names.isEmpty()
                && (names.getFirst().isWord("local") || names.getFirst().isWord("session"))) {
            var isAuthorization = names.size() > 1 && names.get(1).isWord("authorization");
            if (isAuthorization) {
                return Optional.of("session authorization");
            }
            names = names.subList(1, names.size());
        }
        if (names.size() > 2
                && names.getFirst().isWord("session")
                && names.get(1).isWord("authorization")) {
            return Optional.of("session authorization");
        }
        if (names.size() > 1 && names.getFirst().isWord("u") && names.get(1).isSymbol('&')) {
            return Optional.of(UNREADABLE);
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(dotted(names));
    }

    private static String dotted(List<SqlToken> names) {
        var qualified = names.size() > 2 && names.get(1).isSymbol('.');
        return qualified ? name(names.getFirst()) + "." + name(names.get(2)) : name(names.getFirst());
    }

    /// The name as the server reads it; settings are case-insensitive even in quotes.
    private static String name(SqlToken token) {
        var bare = token.kind() == Kind.NAME
                ? token.text().substring(1, token.text().length() - 1).replace("\"\"", "\"")
                : token.text();
        return bare.toLowerCase(Locale.ROOT);
    }

    /// The setting of `CREATE FUNCTION ... SET app.x = ...`, which would hold while the function runs.
    private static Optional<String> routineSetting(SqlStatement statement) {
        var tokens = statement.tokens();
        for (var i = 0; i + 2 < tokens.size() && (statement.begins("create") || statement.begins("alter")); i++) {
            var setting = dotted(tokens.subList(i + 1, tokens.size()));
            if (tokens.get(i).isWord("set") && setting.startsWith("app.")) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> lexicalCommand(SqlStatement statement) {
        if (statement.begins("reset")) {
            return setting(statement).filter(LEXICAL::contains).map("RESET "::concat);
        }
        if (!statement.begins("set")) {
            return Optional.empty();
        }
        var value = statement.tokens().getLast().text().replace("'", "").toLowerCase(Locale.ROOT);
        return setting(statement)
                .filter(name -> LEXICAL.contains(name) && !LEXICAL_DEFAULTS.contains(value))
                .map(name -> "SET %s to anything else".formatted(name));
    }

    private void calls(SqlScript script, SqlStatement statement) {
        var tokens = statement.tokens();
        for (var i = 0; i + 1 < tokens.size(); i++) {
            var token = tokens.get(i);
            if (!tokens.get(i + 1).isSymbol('(')) {
                continue;
            }
            if (isEscapedName(tokens, i)) {
                refuse(script, token.start(), "calling a function by a U&\"\" name", "write the name plainly");
            } else if (CALLS.contains(name(token)) && !isOfAnotherSchema(tokens, i)) {
                refuse(script, token.start(), "calling " + name(token), ONE_TENANT);
            }
        }
    }

    private static boolean isEscapedName(List<SqlToken> tokens, int at) {
        return tokens.get(at).kind() == Kind.NAME
                && at > 1
                && tokens.get(at - 1).isSymbol('&')
                && tokens.get(at - 2).isWord("u")
                && tokens.get(at - 1).end() == tokens.get(at).start();
    }

    private static boolean isOfAnotherSchema(List<SqlToken> tokens, int at) {
        return at > 1
                && tokens.get(at - 1).isSymbol('.')
                && !Set.of("app", "pg_catalog").contains(name(tokens.get(at - 2)));
    }

    /// A body that psql and the server read differently: psql counts any BEGIN in CREATE FUNCTION, the
    /// server only BEGIN ATOMIC.
    private static Optional<SqlToken> unclearBody(SqlStatement statement) {
        var tokens = statement.tokens();
        if (!statement.begins("create") || tokens.stream().noneMatch(token -> token.kind() == Kind.SEMICOLON)) {
            return Optional.empty();
        }
        for (var i = 0; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).isWord("begin") && !tokens.get(i + 1).isWord("atomic")) {
                return Optional.of(tokens.get(i));
            }
        }
        return Optional.empty();
    }
}
