package hedgerow.rls.body;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Names;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.ServerParser;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Reads the bodies of functions and triggers in SQL and plpgsql.
///
/// The server parses each of their expressions in the caller's transaction, which may be read-only and is
/// left unchanged. Nothing runs.
public final class BodyReader {

    private static final String SEARCH_PATH = "search_path=";

    /// Names that plpgsql knows in every function, and in triggers. They are ordered, so that questions are
    /// the same in every JVM.
    private static final Map<String, Long> SPECIAL = new TreeMap<>(Map.ofEntries(
            Map.entry("sqlstate", RowTypes.TEXT),
            Map.entry("sqlerrm", RowTypes.TEXT),
            Map.entry("tg_name", RowTypes.NAME),
            Map.entry("tg_when", RowTypes.TEXT),
            Map.entry("tg_level", RowTypes.TEXT),
            Map.entry("tg_relid", RowTypes.OID),
            Map.entry("tg_relname", RowTypes.NAME),
            Map.entry("tg_table_name", RowTypes.NAME),
            Map.entry("tg_table_schema", RowTypes.NAME),
            Map.entry("tg_nargs", RowTypes.INT),
            Map.entry("tg_argv", RowTypes.TEXT_ARRAY),
            Map.entry("tg_event", RowTypes.TEXT),
            Map.entry("tg_tag", RowTypes.TEXT)));

    /// Trigger functions that cannot be read, and the types of the columns that they may set in the new row.
    /// They do nothing else.
    private static final Map<String, Set<Long>> FILLING = Map.of(
            "moddatetime", Set.of(RowTypes.TIMESTAMP, RowTypes.TIMESTAMPTZ),
            "tsvector_update_trigger", Set.of(RowTypes.TSVECTOR),
            "tsvector_update_trigger_column", Set.of(RowTypes.TSVECTOR));

    private final Connection connection;
    private final Catalog catalog;
    private final Names names;
    private Optional<RowTypes> rowTypes = Optional.empty();
    /// The reason why nothing may be parsed; null until it is needed.
    private Optional<String> hindrance;

    public BodyReader(Connection connection, Catalog catalog, Names names) {
        this.connection = connection;
        this.catalog = catalog;
        this.names = names;
    }

    /// The body of a function that is called.
    public Body read(Function function) {
        return read(function, Optional.empty());
    }

    /// The body of a trigger function that runs for a row of `table`.
    public Body read(Function function, Relation table) {
        return read(function, Optional.of(table));
    }

    private Optional<String> unreadable() {
        if (hindrance == null) {
            try {
                hindrance = ServerParser.hindrance(connection);
            } catch (SQLException e) {
                hindrance = Optional.of("it cannot be read: " + e.getMessage());
            }
        }
        return hindrance;
    }

    private Body read(Function function, Optional<Relation> table) {
        var path = function.settings().stream()
                .filter(setting -> setting.startsWith(SEARCH_PATH))
                .map(setting -> setting.substring(SEARCH_PATH.length()))
                .findFirst();
        var why = unreadable();
        if (why.isPresent()) {
            return new Body(function, List.of(), List.of(), why);
        }
        try (var parser = new ServerParser(connection, path)) {
            if (rowTypes.isEmpty()) {
                rowTypes = Optional.of(new RowTypes(connection, catalog));
            }
            return new Reading(function, table, parser, rowTypes.get()).body();
        } catch (NotModelled e) {
            return new Body(function, List.of(), List.of(), Optional.of(e.getMessage()));
        } catch (SQLException e) {
            return new Body(function, List.of(), List.of(), Optional.of("it cannot be read: " + e.getMessage()));
        }
    }

    /// The reading of one body.
    private final class Reading {

        private final Function function;
        private final Optional<Relation> table;
        private final RowTypes rowTypes;
        private final VariableList variables;
        private final Fragments fragments;
        private final Targets targets;
        private final Declarations declarations;
        private final Scope scope;
        /// The steps before the body.
        private final List<Step> given = new ArrayList<>();

        Reading(Function function, Optional<Relation> table, ServerParser parser, RowTypes rowTypes) {
            this.function = function;
            this.table = table;
            this.rowTypes = rowTypes;
            variables = new VariableList(rowTypes);
            fragments = new Fragments(parser, names, rowTypes, variables);
            targets = new Targets(fragments, variables);
            declarations = new Declarations(variables, rowTypes, targets);
            scope = Scope.of(function.name());
        }

        Body body() {
            var ways = switch (function.language()) {
                case "sql" -> List.of(new Way(sql()));
                case "plpgsql" -> plpgsql();
                case "c", "internal" -> List.of(new Way(filling()));
                default -> throw new NotModelled("the language " + function.language());
            };
            return new Body(function, variables.all(), ways, Optional.empty());
        }

        // --- SQL -------------------------------------------------------------------------------------------------

        private List<Step> sql() {
            for (var argument : function.arguments()) {
                if (argument.input()) {
                    add(argument.name(), Variable.Kind.ARGUMENT, argument.type());
                }
            }
            var queries = queries();
            var steps = new ArrayList<Step>();
            queries.forEach(query -> {
                if (query.change().isPresent()) {
                    steps.add(new Step.Write(query, List.of()));
                } else if (query != queries.getLast() || function.returnType() == RowTypes.VOID) {
                    steps.add(new Step.Perform(query));
                }
            });
            steps.add(
                    queries.isEmpty() || function.returnType() == RowTypes.VOID
                            ? new Step.Return(Optional.empty(), Step.Kind.NOTHING)
                            : new Step.Return(Optional.of(queries.getLast()), Step.Kind.VALUE));
            return steps;
        }

        private List<Query> queries() {
            if (!function.isText() && function.bodyTree().isPresent()) {
                return ExprReader.readQueries(function.bodyTree().get(), names);
            }
            var queries = new ArrayList<Query>();
            var statement = new ArrayList<Token>();
            for (var token : Lexer.tokens(function.body().orElse("") + "\n;")) {
                if (!token.isSymbol(";")) {
                    statement.add(token);
                } else if (!statement.isEmpty()) {
                    queries.add(fragments.query(List.copyOf(statement), scope));
                    statement.clear();
                }
            }
            return queries;
        }

        private int add(String name, Variable.Kind kind, long type) {
            var number = variables.add(name, type, kind, 0);
            if (!name.isEmpty()) {
                scope.names().put(name, new Named.Scalar(number));
            }
            return number;
        }

        // --- plpgsql ---------------------------------------------------------------------------------------------

        private List<Way> plpgsql() {
            var tokens = Lexer.tokens(function.body().orElse(""));
            var parsed = PlpgsqlParser.parse(tokens);
            var outputs = function.returnType() == RowTypes.TRIGGER ? trigger() : arguments();
            var words = tokens.stream().filter(Token::isName).map(Token::name).collect(Collectors.toSet());
            specials(words);
            var found = words.contains("found")
                    ? Optional.of(add("found", Variable.Kind.FOUND, RowTypes.BOOL))
                    : Optional.<Integer>empty();
            var statements = new Statements(function, fragments, variables, targets, found, outputs);
            return new Plpgsql(fragments, statements, declarations)
                    .ways(parsed, scope).stream()
                            .map(way -> new Way(Stream.concat(given.stream(), way.steps().stream())
                                    .toList()))
                            .toList();
        }

        /// Declares the arguments.
        ///
        /// @return the numbers of the output arguments
        private List<Integer> arguments() {
            var outputs = new ArrayList<Integer>();
            function.arguments().forEach(argument -> {
                var kind = argument.input() ? Variable.Kind.ARGUMENT : Variable.Kind.LOCAL;
                var number = add(argument.name(), kind, argument.type());
                scope.names().put("$" + number, new Named.Scalar(number));
                if (argument.input() && !argument.output()) {
                    rowTypes.relation(argument.type()).ifPresent(table -> row(argument.name(), table));
                }
                if (argument.output()) {
                    outputs.add(number);
                }
            });
            return outputs;
        }

        /// Declares an argument that is a row, whose fields are unknown.
        private void row(String name, Relation table) {
            if (!name.isEmpty()) {
                declarations.row(name, table, scope);
                var row = (Named.Composite) scope.names().get(name);
                given.add(new Step.Unknown(List.of(row.given()), "a row that is an argument"));
                given.add(new Step.Unknown(row.variables(), "a row that is an argument"));
            }
        }

        private List<Integer> trigger() {
            var relation = table.orElseThrow(() -> new NotModelled("a trigger function, without its table"));
            var event = relation.columns().size() * 2 + 1;
            var is = "$%d operator(pg_catalog.<>) '%s'";
            declarations.row("new", Variable.Kind.NEW, relation, is.formatted(event, "DELETE"), scope);
            declarations.row("old", Variable.Kind.OLD, relation, is.formatted(event, "INSERT"), scope);
            add("tg_op", Variable.Kind.TG_OP, RowTypes.TEXT);
            return List.of();
        }

        /// The steps of a trigger function that fills columns.
        private List<Step> filling() {
            var known = function.schema().equals("pg_catalog")
                    || function.extension().filter(function.name()::equals).isPresent();
            var types = Optional.ofNullable(FILLING.get(function.name()))
                    .filter(_ -> known && table.isPresent())
                    .orElseThrow(() -> new NotModelled("the language " + function.language()));
            trigger();
            var filled = IntStream.rangeClosed(1, variables.all().size())
                    .filter(number -> variables.all().get(number - 1).kind() == Variable.Kind.NEW)
                    .filter(number ->
                            types.contains(variables.all().get(number - 1).type()))
                    .boxed()
                    .toList();
            return List.of(
                    new Step.Unknown(filled, "what %s sets".formatted(function.quoted())),
                    new Step.Return(Optional.empty(), Step.Kind.NEW));
        }

        private void specials(Set<String> words) {
            SPECIAL.forEach((name, type) -> {
                if (words.contains(name)) {
                    add(name, Variable.Kind.SPECIAL, type);
                }
            });
        }
    }
}
