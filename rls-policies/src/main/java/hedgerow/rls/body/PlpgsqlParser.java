package hedgerow.rls.body;

import hedgerow.rls.body.Statement.Branch;
import hedgerow.rls.body.Statement.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Parses the statements of a plpgsql body, without resolving their names.
///
/// @see <a href="https://github.com/postgres/postgres/blob/REL_18_STABLE/src/pl/plpgsql/src/pl_gram.y">pl_gram.y</a>
final class PlpgsqlParser {

    private final List<Token> tokens;
    private int at;

    private PlpgsqlParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static Statement.Block parse(List<Token> tokens) {
        var parser = new PlpgsqlParser(tokens);
        while (parser.symbol("#")) {
            parser.option();
        }
        var block = parser.block(parser.label());
        if (parser.at < tokens.size()) {
            throw new NotModelled("text after the end: " + parser.rest());
        }
        return block;
    }

    private String rest() {
        return Token.text(tokens.subList(at, Math.min(at + 20, tokens.size())));
    }

    private NotModelled unexpected() {
        return new NotModelled(at < tokens.size() ? "not understood: " + rest() : "the body does not end");
    }

    /// Parses an option. Columns take precedence over variables; with `error`, the default, no name is
    /// both.
    private void option() {
        if (word("variable_conflict")) {
            if (!word("use_column") && !word("error")) {
                throw new NotModelled("#variable_conflict " + rest());
            }
        } else {
            at += 2;
        }
    }

    // --- tokens --------------------------------------------------------------------------------------------------

    private boolean isWord(String word) {
        return at < tokens.size() && tokens.get(at).isWord(word);
    }

    private boolean isSymbol(String symbol) {
        return at < tokens.size() && tokens.get(at).isSymbol(symbol);
    }

    private boolean word(String word) {
        var there = isWord(word);
        at += there ? 1 : 0;
        return there;
    }

    private boolean symbol(String symbol) {
        var there = isSymbol(symbol);
        at += there ? 1 : 0;
        return there;
    }

    private void expect(boolean there) {
        if (!there) {
            throw unexpected();
        }
    }

    /// Consumes the tokens before the first end token outside of parentheses, and that token.
    private List<Token> until(Predicate<Token> end) {
        var start = at;
        var depth = 0;
        while (at < tokens.size()) {
            var token = tokens.get(at++);
            if (depth == 0 && end.test(token)) {
                return tokens.subList(start, at - 1);
            }
            depth += token.isSymbol("(") || token.isSymbol("[") ? 1 : 0;
            depth -= token.isSymbol(")") || token.isSymbol("]") ? 1 : 0;
        }
        throw unexpected();
    }

    private List<Token> untilWord(String word) {
        return until(token -> token.isWord(word));
    }

    private List<Token> statement() {
        return until(token -> token.isSymbol(";"));
    }

    /// Parses a label; empty if there is none.
    private String label() {
        if (!symbol("<<")) {
            return "";
        }
        var name = tokens.get(at++).name();
        expect(symbol(">>"));
        return name;
    }

    /// Parses the end of a block. After END a label may be repeated. The last semicolon of a body may be
    /// left out.
    private void end() {
        if (at < tokens.size() && tokens.get(at).isName()) {
            at++;
        }
        expect(symbol(";") || at == tokens.size());
    }

    // --- statements ----------------------------------------------------------------------------------------------

    private Statement.Block block(String label) {
        var declarations = new ArrayList<List<Token>>();
        while (word("declare")) {
            while (!isWord("begin") && !isWord("declare")) {
                declarations.add(statement());
            }
        }
        expect(word("begin"));
        var body = statements();
        var handlers = new ArrayList<List<Statement>>();
        if (word("exception")) {
            while (word("when")) {
                untilWord("then");
                handlers.add(statements());
            }
        }
        expect(word("end"));
        end();
        return new Statement.Block(label, declarations, body, handlers);
    }

    private List<Statement> statements() {
        var statements = new ArrayList<Statement>();
        while (!isEnd()) {
            if (!symbol(";")) {
                statements.add(next());
            }
        }
        return statements;
    }

    private boolean isEnd() {
        return at >= tokens.size()
                || isWord("end")
                || isWord("exception")
                || isWord("when")
                || isWord("else")
                || isWord("elsif")
                || isWord("elseif");
    }

    private Statement next() {
        var label = label();
        if (isWord("declare") || isWord("begin")) {
            return block(label);
        }
        if (isWord("loop") || isWord("while") || isWord("for") || isWord("foreach")) {
            return loop(label);
        }
        if (word("if")) {
            return branches();
        }
        if (word("case")) {
            return cases();
        }
        var plain = statement();
        var leaves = plain.getFirst().isWord("exit") || plain.getFirst().isWord("continue");
        return leaves && !assigns(plain) ? leave(plain) : new Statement.Plain(plain);
    }

    private static boolean assigns(List<Token> plain) {
        return plain.size() > 1 && (plain.get(1).isSymbol(":=") || plain.get(1).isSymbol("="));
    }

    private Statement branches() {
        var branches = new ArrayList<Branch>();
        do {
            branches.add(new Branch(untilWord("then"), statements()));
        } while (word("elsif") || word("elseif"));
        var otherwise = word("else") ? statements() : List.<Statement>of();
        expect(word("end") && word("if") && symbol(";"));
        return new Statement.If(branches, otherwise);
    }

    private Statement cases() {
        var subject = untilWord("when");
        var branches = new ArrayList<Branch>();
        do {
            branches.add(new Branch(untilWord("then"), statements()));
        } while (word("when"));
        var otherwise = word("else") ? Optional.of(statements()) : Optional.<List<Statement>>empty();
        expect(word("end") && word("case") && symbol(";"));
        return new Statement.Case(subject, branches, otherwise);
    }

    private Statement loop(String label) {
        var head = head();
        var body = statements();
        expect(word("end") && word("loop"));
        end();
        return new Statement.Loop(label, head, body);
    }

    private Head head() {
        if (word("loop")) {
            return new Head.Forever();
        }
        if (word("while")) {
            return new Head.While(untilWord("loop"));
        }
        if (word("foreach")) {
            var targets = until(token -> token.isWord("in") || token.isWord("slice"));
            if (tokens.get(at - 1).isWord("slice")) {
                untilWord("in");
            }
            expect(word("array"));
            return new Head.Elements(targets, untilWord("loop"));
        }
        expect(word("for"));
        var targets = untilWord("in");
        word("reverse");
        var over = untilWord("loop");
        return over.stream().anyMatch(token -> token.isSymbol(".."))
                ? new Head.Numbers(targets, over)
                : new Head.Rows(targets, over);
    }

    private static Statement leave(List<Token> plain) {
        var named = plain.size() > 1 && !plain.get(1).isWord("when");
        var conditioned = named ? 2 : 1;
        return new Statement.Leave(
                plain.getFirst().isWord("exit"),
                named ? plain.get(1).name() : "",
                plain.size() > conditioned ? plain.subList(conditioned + 1, plain.size()) : List.of());
    }
}
