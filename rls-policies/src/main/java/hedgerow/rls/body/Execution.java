package hedgerow.rls.body;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An EXECUTE of a known text.
///
/// @param tokens of the text
/// @param targets of INTO, separated by commas; may be empty
/// @param parameters of USING
record Execution(List<Token> tokens, List<Token> targets, List<List<Token>> parameters) {

    /// Parses an EXECUTE.
    ///
    /// @param rest the tokens after EXECUTE
    static Execution of(List<Token> rest) {
        var end = first(rest, 0);
        var text = rest.subList(0, end);
        var formatted = formatted(text);
        if (formatted.isEmpty() && (end != 1 || !isPlain(text.getFirst()))) {
            throw new NotModelled("EXECUTE of a text built at run time: " + Token.text(rest));
        }
        var into = List.<Token>of();
        var using = List.<List<Token>>of();
        while (end < rest.size()) {
            var next = first(rest, end + 1);
            var part = rest.subList(end + 1, next);
            if (rest.get(end).isWord("using")) {
                using = Targets.split(part);
            } else {
                into = !part.isEmpty() && part.getFirst().isWord("strict") ? part.subList(1, part.size()) : part;
            }
            end = next;
        }
        if (formatted.isPresent() && !using.isEmpty()) {
            throw new NotModelled("EXECUTE with format() and USING: " + Token.text(rest));
        }
        return formatted.isPresent()
                ? new Execution(formatted.get().tokens, into, formatted.get().parameters)
                : new Execution(Lexer.tokens(content(rest.getFirst())), into, using);
    }

    /// Parses `format('text', expressions)` with `%L` alone, each of which is a parameter of type text.
    private static Optional<Execution> formatted(List<Token> text) {
        if (text.size() < 4
                || !text.getFirst().isWord("format")
                || !text.get(1).isSymbol("(")
                || !text.getLast().isSymbol(")")
                || !isPlain(text.get(2))) {
            return Optional.empty();
        }
        var arguments = Targets.split(text.subList(2, text.size() - 1));
        var literals = arguments.subList(1, arguments.size()).stream()
                .map(Execution::asText)
                .toList();
        var parts = content(text.get(2)).split("%", -1);
        var query = new StringBuilder(parts[0]);
        for (var i = 1; i < parts.length; i++) {
            if (!parts[i].startsWith("L")) {
                return Optional.empty();
            }
            query.append("$").append(i).append(" ").append(parts[i].substring(1));
        }
        var known = arguments.getFirst().size() == 1 && parts.length - 1 == literals.size();
        return known && query.indexOf("'") < 0
                ? Optional.of(new Execution(Lexer.tokens(query.toString()), List.of(), literals))
                : Optional.empty();
    }

    private static List<Token> asText(List<Token> expression) {
        var cast = new ArrayList<Token>();
        cast.add(new Token(Token.Kind.SYMBOL, "(", false));
        cast.addAll(expression);
        cast.add(new Token(Token.Kind.SYMBOL, ")::text", false));
        return cast;
    }

    /// The place of the next INTO or USING, or the end.
    private static int first(List<Token> rest, int from) {
        var at = from;
        while (at < rest.size() && !rest.get(at).isWord("into") && !rest.get(at).isWord("using")) {
            at++;
        }
        return at;
    }

    /// Whether a string has no escapes, which only the server reads.
    private static boolean isPlain(Token token) {
        return token.kind() == Token.Kind.STRING && token.text().startsWith("'");
    }

    private static String content(Token token) {
        return token.text().substring(1, token.text().length() - 1).replace("''", "'");
    }

    /// The text over these variables in place of `$1` and so on.
    List<Token> text(List<Integer> variables) {
        var text = new ArrayList<Token>();
        for (var token : tokens) {
            text.add(token.text().matches("\\$\\d+") ? parameter(token, variables) : token);
        }
        if (!text.isEmpty() && text.getLast().isSymbol(";")) {
            text.removeLast();
        }
        if (text.isEmpty()) {
            throw new NotModelled("EXECUTE of an empty text");
        }
        return List.copyOf(text);
    }

    private static Token parameter(Token token, List<Integer> variables) {
        var number = Integer.parseInt(token.text().substring(1));
        if (number < 1 || number > variables.size()) {
            throw new NotModelled("the parameter %s of EXECUTE".formatted(token.text()));
        }
        return new Token(Token.Kind.SYMBOL, "$" + variables.get(number - 1), token.spaced());
    }
}
