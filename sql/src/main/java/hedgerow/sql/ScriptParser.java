package hedgerow.sql;

import hedgerow.sql.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cuts a script into statements, as psql does.
///
/// A semicolon inside parentheses or inside the `BEGIN ATOMIC` body of a function does not end a statement.
final class ScriptParser {

    private final ScriptSource source;
    private final SqlLexer lexer;
    private final List<SqlStatement> statements = new ArrayList<>();
    private final List<SqlToken> commands = new ArrayList<>();
    private final List<SqlToken> code = new ArrayList<>();
    private int parentheses;
    private int bodies;
    private int branches;

    ScriptParser(ScriptSource source) {
        this.source = source;
        this.lexer = new SqlLexer(source);
    }

    /// The parts of a script.
    ///
    /// @param commands the psql commands, in order
    record Parsed(List<SqlStatement> statements, List<SqlToken> commands) {}

    /// Parses the script.
    ///
    /// @throws ScriptProblem if a quote, a comment, a body, a branch or the data of COPY never ends
    Parsed parse() {
        var zero = source.text().indexOf('\0');
        if (zero >= 0) {
            throw source.problem(zero, "a NUL byte", "remove it: PostgreSQL text cannot hold it");
        }
        while (lexer.hasNext()) {
            take(lexer.next());
        }
        end(source.text().length());
        if (branches > 0) {
            throw source.problem(commands.getLast().start(), "\\if without \\endif", "add the \\endif");
        }
        return new Parsed(List.copyOf(statements), List.copyOf(commands));
    }

    private void take(SqlToken token) {
        switch (token.kind()) {
            case SPACE, COMMENT, COPY_DATA -> {}
            case META -> command(token);
            case SEPARATOR -> separate(token);
            case SEMICOLON -> {
                if (parentheses == 0 && bodies == 0) {
                    end(token.start());
                } else {
                    code.add(token);
                }
            }
            case WORD -> {
                code.add(token);
                countBodies(token);
            }
            case NAME, STRING, NUMBER, VARIABLE, SYMBOL -> {
                code.add(token);
                countParentheses(token);
            }
        }
    }

    private void countParentheses(SqlToken token) {
        if (token.isSymbol('(')) {
            parentheses++;
        } else if (token.isSymbol(')') && parentheses > 0) {
            parentheses--;
        }
    }

    /// Follows psql's own rule: inside CREATE FUNCTION or PROCEDURE, BEGIN opens a body, CASE opens one
    /// inside a body, END closes it.
    private void countBodies(SqlToken word) {
        if (parentheses > 0 || !code.getFirst().isWord("create") || !createsRoutine()) {
            return;
        }
        if (word.isWord("begin") || bodies > 0 && word.isWord("case")) {
            bodies++;
        } else if (bodies > 0 && word.isWord("end")) {
            bodies--;
        }
    }

    private boolean createsRoutine() {
        var words = code.stream()
                .filter(token -> token.kind() == Kind.WORD)
                .limit(4)
                .toList();
        var kind = words.size() > 3 && words.get(1).isWord("or") && words.get(2).isWord("replace") ? 3 : 1;
        return words.size() > kind
                && (words.get(kind).isWord("function") || words.get(kind).isWord("procedure"));
    }

    private void command(SqlToken token) {
        commands.add(token);
        var command = MetaCommand.of(token);
        if (command.isBranch()) {
            branch(token, command);
        } else if (command.ends()) {
            end(token.start());
        } else if (command.readsData()) {
            refuseInBranch(token.start());
            lexer.copyData();
        }
    }

    /// Refuses to split a statement or its data between branches: psql discards the text of a branch that
    /// it does not take, so that it could be read in two ways.
    private void branch(SqlToken token, MetaCommand command) {
        if (!code.isEmpty()) {
            var what = command.name() + " inside a statement";
            throw source.problem(token.start(), what, "choose between whole statements, each with its ;");
        }
        branches += command.opens() - command.closes();
        if (branches < 0) {
            throw source.problem(token.start(), command.name() + " without \\if", "remove it, or add the \\if");
        }
    }

    private void separate(SqlToken token) {
        if (parentheses > 0 || bodies > 0) {
            throw source.problem(token.start(), "\\; inside parentheses or a body", "write ;");
        }
        end(token.start());
    }

    private void end(int ending) {
        if (code.isEmpty()) {
            return;
        }
        var last = code.getLast();
        var text = source.text().substring(code.getFirst().start(), last.end());
        var statement = new SqlStatement(List.copyOf(code), text, ending, Optional.empty());
        code.clear();
        parentheses = 0;
        bodies = 0;
        statements.add(statement.isCopyFromStdin() ? withData(statement) : statement);
    }

    private void refuseInBranch(int start) {
        if (branches > 0) {
            throw source.problem(start, "COPY ... FROM stdin inside \\if", "use \\copy ... from 'file'");
        }
    }

    private SqlStatement withData(SqlStatement statement) {
        refuseInBranch(statement.start());
        if (source.text().startsWith("\\;", statement.ending())) {
            throw source.problem(statement.start(), "COPY ... FROM stdin ended by \\;", "end it with ;");
        }
        var data = lexer.copyData().text();
        var lines = data.substring(data.indexOf('\n') + 1);
        return new SqlStatement(
                statement.tokens(),
                statement.text(),
                statement.ending(),
                Optional.of(lines.substring(0, lines.lastIndexOf("\\."))));
    }
}
