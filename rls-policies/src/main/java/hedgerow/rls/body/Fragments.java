package hedgerow.rls.body;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Names;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.ServerParser;
import hedgerow.rls.expr.Value;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The expressions and queries within a body, parsed by the server.
///
/// A query is put into a LATERAL sub-select beside others whose columns are the variables, so that the
/// server resolves the variables by itself, after the columns of the query, in one round trip. In a
/// statement that cannot be a sub-select, variables are replaced one by one where the server misses a
/// column.
final class Fragments {

    private static final String LOCALS = "hedgerow_locals";
    private static final Set<String> WRITING = Set.of("insert", "update", "delete", "merge");

    private final ServerParser parser;
    private final Names names;
    private final RowTypes rowTypes;
    private final VariableList variables;
    private final Map<List<Long>, Expr> casts = new HashMap<>();

    Fragments(ServerParser parser, Names names, RowTypes rowTypes, VariableList variables) {
        this.parser = parser;
        this.names = names;
        this.rowTypes = rowTypes;
        this.variables = variables;
    }

    /// Parses a query.
    ///
    /// @throws NotModelled if the server does not parse it
    Query query(List<Token> tokens, Scope scope) {
        return query(Token.text(tokens), tokens, scope);
    }

    /// The query that plpgsql makes of an expression.
    Query selected(List<Token> expression, Scope scope) {
        return query("select " + Token.text(expression), expression, scope);
    }

    Query query(String text, List<Token> tokens, Scope scope) {
        var wanted = tokens.stream().filter(Token::isName).map(Token::name).collect(Collectors.toSet());
        try {
            return (isNestable(text, tokens) ? nested(text, wanted, scope) : Optional.<Query>empty())
                    .or(() -> direct(text, tokens, scope))
                    .orElseThrow(() -> new NotModelled("the server does not parse: " + text));
        } catch (SQLException e) {
            throw new NotModelled("%s: %s".formatted(text, e.getMessage()));
        }
    }

    private static boolean isNestable(String text, List<Token> tokens) {
        return text.matches("(?is)(select|values|with|table|\\().*")
                && tokens.stream()
                        .noneMatch(token -> token.kind() == Token.Kind.WORD && WRITING.contains(token.name()));
    }

    private Optional<Query> parsed(Optional<String> tree) {
        return tree.flatMap(text -> ExprReader.readQueries(text, names).stream().findFirst());
    }

    // --- variables as columns ------------------------------------------------------------------------------------

    private Optional<Query> nested(String text, Set<String> wanted, Scope scope) throws SQLException {
        var locals = scope.visible(wanted);
        var qualifiers = scope.qualifiers(wanted);
        qualifiers.values().removeIf(Map::isEmpty);
        var inner = "(%s\n) hedgerow_query".formatted(text);
        var local = locals.isEmpty()
                ? inner
                : "(select from %s, lateral %s) hedgerow_scope".formatted(columns(LOCALS, locals), inner);
        var outer = qualifiers.entrySet().stream()
                .map(qualifier -> columns(qualifier.getKey(), qualifier.getValue()) + ", ")
                .collect(Collectors.joining());
        return parsed(parser.tree("select from %slateral %s".formatted(outer, local), variables.types()))
                .flatMap(query -> unwrapped(query, !locals.isEmpty()));
    }

    private static String columns(String alias, Map<String, Named> columns) {
        return columns.entrySet().stream()
                .map(column -> column.getValue().text() + " as " + Named.quoted(column.getKey()))
                .collect(Collectors.joining(", ", "(select ", ") " + Named.quoted(alias)));
    }

    /// The inner query; empty if an aggregate over variables alone has moved out of it, so that it cannot
    /// be read this way.
    private static Optional<Query> unwrapped(Query whole, boolean hasLocals) {
        var around = hasLocals ? derived(whole) : whole;
        if (whole.shape().aggregates() || around.shape().aggregates()) {
            return Optional.empty();
        }
        return Optional.of(
                derived(around).replaceOuter((level, column) -> variable(level == 1 ? around : whole, column)));
    }

    private static Query derived(Query query) {
        return ((Query.Source.Derived) query.sources().getLast()).query();
    }

    private static Expr variable(Query around, Expr.Column column) {
        if (column.number() < 1
                || !(around.sources().get(column.source() - 1) instanceof Query.Source.Derived(var row, var ignored))) {
            throw new NotModelled("%s as a whole".formatted(column.alias()));
        }
        return row.targets().get(column.number() - 1).expression();
    }

    // --- variables as parameters ---------------------------------------------------------------------------------

    private Optional<Query> direct(String text, List<Token> tokens, Scope scope) {
        var qualified = text.startsWith("select ") && !tokens.getFirst().isWord("select")
                ? "select " + qualified(tokens, scope)
                : qualified(tokens, scope);
        try {
            return parsed(parser.tree(
                    qualified, variables.types(), path -> scope.find(path).map(Named::text)));
        } catch (SQLException e) {
            throw new NotModelled("%s: %s".formatted(text, e.getMessage()));
        }
    }

    /// The text with `new.x` replaced. It can have no other meaning where `new` does not appear alone, as
    /// an alias would, and not in RETURNING, where it is the written row.
    private static String qualified(List<Token> tokens, Scope scope) {
        var text = new StringBuilder();
        for (var i = 0; i < tokens.size(); i++) {
            var token = tokens.get(i);
            var field = isQualifier(tokens, i) && isOnlyQualifier(tokens, token)
                    ? scope.find(List.of(token.name(), tokens.get(i + 2).name()))
                    : Optional.<Named>empty();
            text.append(token.spaced() ? " " : "").append(field.map(Named::text).orElse(token.text()));
            i += field.isPresent() ? 2 : 0;
        }
        return text.toString();
    }

    private static boolean isQualifier(List<Token> tokens, int at) {
        return tokens.get(at).isName()
                && at + 2 < tokens.size()
                && tokens.get(at + 1).isSymbol(".")
                && tokens.get(at + 2).isName()
                && (at == 0 || !tokens.get(at - 1).isSymbol("."))
                && (at + 3 == tokens.size()
                        || !tokens.get(at + 3).isSymbol("(")
                                && !tokens.get(at + 3).isSymbol("."));
    }

    private static boolean isOnlyQualifier(List<Token> tokens, Token qualifier) {
        if (tokens.stream().anyMatch(token -> token.isWord("returning"))) {
            return false;
        }
        for (var i = 0; i < tokens.size(); i++) {
            var token = tokens.get(i);
            if (token.isName() && token.name().equals(qualifier.name()) && !isQualifier(tokens, i)) {
                return false;
            }
        }
        return true;
    }

    // --- values --------------------------------------------------------------------------------------------------

    /// The value of an expression: that of the only row of its query.
    static Expr value(Query query) {
        var value = query.targets().getFirst().expression();
        return query.isBare()
                ? value
                : new Expr.Subquery(Expr.Subquery.Kind.SCALAR, Optional.empty(), query, value.type());
    }

    static Expr exists(Query query) {
        var always = query.isBare()
                || query.shape().aggregates()
                        && !query.shape().groups()
                        && !query.shape().multiplied()
                        && query.others().isEmpty();
        return always
                ? Expr.TRUE
                : new Expr.Subquery(Expr.Subquery.Kind.EXISTS, Optional.empty(), query, RowTypes.BOOL);
    }

    static Expr nothing(long type) {
        return new Expr.Constant(Value.NULL, "", type);
    }

    /// The value converted to a variable's type.
    Expr cast(Expr value, long type) {
        if (value.type() == type) {
            return value;
        }
        if (value instanceof Expr.Constant constant && constant.value().isNull()) {
            return nothing(type);
        }
        return value.type() == 0
                ? new Expr.Opaque("cast", List.of(value), type)
                : casts.computeIfAbsent(List.of(value.type(), type), _ -> cast(value.type(), type))
                        .bind(List.of(value));
    }

    /// The value converted between types; plpgsql goes through the text form where there is no cast.
    private Expr cast(long from, long to) {
        try {
            var text = "select $1::" + rowTypes.spelled(to);
            return parsed(parser.tree(text, List.of(rowTypes.spelled(from))))
                    .map(Fragments::value)
                    .orElseGet(() -> new Expr.Cast(new Expr.Parameter(1, from), Expr.Cast.Kind.IO, to));
        } catch (NotModelled e) {
            return new Expr.Opaque("cast", List.of(new Expr.Parameter(1, from)), to);
        } catch (SQLException e) {
            throw new NotModelled(e.getMessage());
        }
    }

    /// The targets that are not junk, each converted to its variable's type.
    List<Query.Target> cast(List<Query.Target> targets, List<Integer> into) {
        var kept = targets.stream().filter(target -> !target.junk()).toList();
        return Stream.iterate(0, i -> i < kept.size(), i -> i + 1)
                .map(i -> i < into.size()
                        ? new Query.Target(
                                cast(kept.get(i).expression(), variables.type(into.get(i))),
                                kept.get(i).name(),
                                false)
                        : kept.get(i))
                .toList();
    }
}
