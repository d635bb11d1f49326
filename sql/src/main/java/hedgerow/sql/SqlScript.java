package hedgerow.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;

/// An SQL script, cut into statements.
public final class SqlScript {

    private final ScriptSource source;
    private final List<SqlStatement> statements;
    private final List<SqlToken> commands;

    private SqlScript(ScriptSource source) {
        var parsed = new ScriptParser(source).parse();
        this.source = source;
        this.statements = parsed.statements();
        this.commands = parsed.commands();
    }

    /// Reads a script from a file.
    ///
    /// @throws ScriptProblem if it cannot be read, is not UTF-8, or has a quote or comment without an end
    public static SqlScript read(Path path) {
        return new SqlScript(ScriptSource.read(path));
    }

    /// Reads a script that has no file.
    ///
    /// @param name the name that messages use
    /// @throws ScriptProblem as [#read(Path)]
    public static SqlScript read(String name, InputStream in) throws IOException {
        return new SqlScript(ScriptSource.of(name, in));
    }

    public String name() {
        return source.name();
    }

    /// Its statements and psql commands, in order. The data of COPY is left out.
    public List<ScriptPiece> pieces() {
        var starts = new TreeMap<Integer, IntFunction<ScriptPiece>>();
        for (var command : commands) {
            starts.put(
                    command.start(),
                    line -> new ScriptPiece.Command(
                            command.text().strip(),
                            line,
                            MetaCommand.of(command).arguments()));
        }
        for (var statement : statements) {
            starts.put(statement.start(), line -> piece(statement, line));
        }
        var pieces = new ArrayList<ScriptPiece>(starts.size());
        var line = 1;
        var at = 0;
        for (var start : starts.entrySet()) {
            line += (int) text().substring(at, start.getKey())
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            at = start.getKey();
            pieces.add(start.getValue().apply(line));
        }
        return pieces;
    }

    static ScriptPiece.Statement piece(SqlStatement statement, int line) {
        var tokens = statement.tokens().stream().map(SqlToken::text).toList();
        return new ScriptPiece.Statement(statement.text(), line, tokens, statement.isCopyFromStdin());
    }

    List<SqlStatement> statements() {
        return statements;
    }

    List<SqlToken> commands() {
        return commands;
    }

    String text() {
        return source.text();
    }

    /// Its statements and commands, with a line break before every statement.
    String oneStatementPerLine() {
        var lines = new StringBuilder();
        var done = 0;
        for (var statement : statements) {
            lines.append(text(), done, statement.start()).append('\n');
            done = statement.start();
        }
        return lines.append(text().substring(done)).toString();
    }

    Optional<Path> path() {
        return source.path();
    }

    boolean isEmpty() {
        return statements.isEmpty() && commands.isEmpty();
    }

    /// A place in the text, as `file:line:column`.
    String place(int offset) {
        return source.place(offset);
    }

    int line(int offset) {
        return source.line(offset);
    }

    /// The file that `\i` or `\ir` includes.
    Path resolve(MetaCommand include) {
        var file = Path.of(include.includedFile());
        return include.includesRelatively()
                ? path().map(path -> path.resolveSibling(file)).orElse(file)
                : file;
    }
}
