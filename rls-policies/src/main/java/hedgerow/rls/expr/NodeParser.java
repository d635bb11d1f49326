package hedgerow.rls.expr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Parses `pg_node_tree` text as the server's own `pg_strtok` does.
final class NodeParser {

    private static final int DEEPEST = 1_000;

    private final String text;
    private int position;
    private int depth;

    private NodeParser(String text) {
        this.text = text;
    }

    /// Parses a text.
    ///
    /// @return empty if `text` is not a node tree
    static Optional<Node> parse(String text) {
        try {
            return Optional.of(new NodeParser(text).node(new NodeParser(text).peek()));
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    /// Signals malformed text; never leaves this class.
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private String peek() {
        var here = position;
        var token = next();
        position = here;
        return token;
    }

    /// The next token: a bracket, or a run of other characters in which a backslash quotes.
    private String next() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
        if (position >= text.length()) {
            throw new Malformed();
        }
        var start = position;
        if (isBracket(text.charAt(position))) {
            position++;
        } else {
            skipWord();
        }
        return text.substring(start, Math.min(position, text.length()));
    }

    private void skipWord() {
        while (position < text.length() && !isBoundary(text.charAt(position))) {
            position += text.charAt(position) == '\\' ? 2 : 1;
        }
    }

    private static boolean isBracket(char c) {
        return c == '(' || c == ')' || c == '{' || c == '}';
    }

    private static boolean isBoundary(char c) {
        return isBracket(c) || Character.isWhitespace(c);
    }

    private Node node(String ahead) {
        if (++depth > DEEPEST) {
            throw new Malformed();
        }
        next();
        var node = switch (ahead) {
            case "{" -> struct();
            case "(" -> items();
            case "}", ")" -> throw new Malformed();
            default -> atom(ahead);
        };
        depth--;
        return node;
    }

    private Node struct() {
        var tag = next();
        var fields = new LinkedHashMap<String, Node>();
        var token = next();
        while (!token.equals("}")) {
            if (token.startsWith(":")) {
                fields.put(token.substring(1), field());
            }
            token = next();
        }
        return new Node.Struct(tag, fields);
    }

    /// The value of a field. Everything between a value and the next field, such as the bytes of a
    /// constant, belongs to it.
    private Node field() {
        var ahead = peek();
        if (ahead.equals("}")) {
            return Node.NULL;
        }
        var value = node(ahead);
        return peek().equals("[") ? bytes() : value;
    }

    private Node bytes() {
        var bytes = new ArrayList<Byte>();
        next();
        for (var token = next(); !token.equals("]"); token = next()) {
            bytes.add((byte) number(token));
        }
        var array = new byte[bytes.size()];
        for (var i = 0; i < array.length; i++) {
            array[i] = bytes.get(i);
        }
        return new Node.Datum(array);
    }

    private static int number(String token) {
        try {
            return Integer.parseInt(token);
        } catch (NumberFormatException e) {
            throw new Malformed();
        }
    }

    private Node items() {
        var items = new ArrayList<Node>();
        for (var ahead = peek(); !ahead.equals(")"); ahead = peek()) {
            items.add(node(ahead));
        }
        next();
        return new Node.Items(List.copyOf(items));
    }

    private static Node atom(String token) {
        if (token.equals("<>")) {
            return Node.NULL;
        }
        var quoted = token.length() > 1 && token.startsWith("\"") && token.endsWith("\"");
        return new Node.Atom(unescape(quoted ? token.substring(1, token.length() - 1) : token));
    }

    private static String unescape(String token) {
        return token.indexOf('\\') < 0 ? token : token.replaceAll("(?s)\\\\(.)", "$1");
    }
}
