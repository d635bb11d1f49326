package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Tenancy;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The requirements of policies on columns and on the session besides the owner of a row.
final class Hints {

    private static final long BOOL = 16;
    private static final Set<String> ORDERS = Set.of("<", "<=", ">", ">=");
    private static final Pattern WHOLE = Pattern.compile("-?\\d+");
    private static final Pattern QUOTED = Pattern.compile("'([\\w-]+)'");

    private final Model model;
    private final Facts facts;
    private final Map<Links.At, Set<Optional<String>>> mentioned = new LinkedHashMap<>();
    private final Map<Input, Set<String>> inputs = new LinkedHashMap<>();
    private final Map<Input, Set<Links.At>> columns = new LinkedHashMap<>();
    private final Set<Input> identities;
    private final Set<Long> trusted;
    private final String texts;

    Hints(Model model, Tenancy tenancy, Facts facts) {
        this.model = model;
        this.facts = facts;
        this.identities = tenancy.identities();
        this.trusted = Stream.concat(
                        tenancy.memberships().stream().flatMap(way -> way.tables().stream()),
                        tenancy.openWays().stream())
                .collect(Collectors.toSet());
        this.texts = texts();
        var tables = model.catalog().relations().values().stream()
                .filter(Relation::isTable)
                .filter(Relation::rowSecurity)
                .toList();
        for (var table : tables) {
            table.policies().stream()
                    .flatMap(policy -> model.policies().clauses(table, policy))
                    .forEach(clause -> scan(table, clause));
        }
    }

    /// The tables whose rows give sessions access to other rows.
    Set<Long> trusted() {
        return trusted;
    }

    /// The value that a row of a trusted table must hold to be trusted.
    Optional<String> preferred(Links.At at) {
        return trusted.contains(at.table())
                ? alternatives(at).stream().flatMap(Optional::stream).findFirst()
                : Optional.empty();
    }

    /// The values that policies distinguish in a column; NULL as empty.
    List<Optional<String>> alternatives(Links.At at) {
        var found = new LinkedHashSet<>(mentioned.getOrDefault(at, Set.of()));
        var column = model.catalog().relation(at.table()).flatMap(table -> table.column((long) at.column()));
        column.map(Column::type).map(facts::labels).orElse(List.of()).stream()
                .filter(label -> texts.contains("'" + label + "'"))
                .map(Optional::of)
                .forEach(found::add);
        return List.copyOf(found);
    }

    /// The inputs other than identities, with the values to which policies compare them.
    Map<Input, Set<String>> inputs() {
        return inputs;
    }

    /// The columns to which policies compare an input.
    Set<Links.At> columns(Input input) {
        return columns.getOrDefault(input, Set.of());
    }

    /// The columns to which policies compare an input to which they compare this one, by input.
    List<Set<Links.At>> compared(Links.At at) {
        return columns.entrySet().stream()
                .filter(each -> inputs.containsKey(each.getKey()) && !identities.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .filter(all -> all.contains(at))
                .toList();
    }

    /// Whether policies depend on the roles that the session has.
    boolean asksForRoles() {
        return texts.contains("pg_has_role(");
    }

    /// Policies and functions, as text.
    private String texts() {
        var policies = model.catalog().relations().values().stream()
                .flatMap(table -> table.policies().stream())
                .flatMap(policy -> Stream.of(policy.usingSql(), policy.checkSql()))
                .flatMap(Optional::stream);
        var bodies = model.catalog().functions().values().stream()
                .filter(function -> model.settings().schemas().contains(function.schema()))
                .map(Function::body)
                .flatMap(Optional::stream);
        return Stream.concat(policies, bodies).collect(Collectors.joining("\n"));
    }

    private void scan(Relation table, Expr clause) {
        Walk.over(clause).forEach(place -> {
            var node = place.node();
            switch (node) {
                case Expr.Column column
                when column.type() == BOOL -> {
                    note(column, Optional.of("true"));
                    note(column, Optional.of("false"));
                }
                case Expr.Not(Expr.Column column) -> note(column, Optional.of("false"));
                case Expr.NullTest(Expr.Column column, var isNull, var ignored) -> {
                    note(column, Optional.empty());
                }
                default ->
                    Comparison.of(model.names(), node).stream()
                            .flatMap(Comparison::sides)
                            .forEach(this::compared);
            }
            Sessions.input(model.names(), node)
                    .ifPresent(input -> inputs.computeIfAbsent(input, _ -> new LinkedHashSet<>()));
        });
    }

    private void compared(Comparison side) {
        var constants = constants(side.right());
        side.leftColumn()
                .ifPresent(column -> constants.forEach(value -> {
                    note(column, Optional.of(value));
                    if (ORDERS.contains(side.symbol())) {
                        beside(value).forEach(neighbour -> note(column, Optional.of(neighbour)));
                    }
                }));
        var session = Sessions.inputs(model.names(), side.left()).toList();
        Comparison.column(side.right())
                .flatMap(Links::at)
                .ifPresent(column -> session.forEach(input -> columns.computeIfAbsent(input, _ -> new LinkedHashSet<>())
                        .add(column)));
        if (session.isEmpty() || constants.isEmpty() && side.leftColumn().isPresent()) {
            return;
        }
        var within = Walk.over(side.left())
                .flatMap(place -> Comparison.of(model.names(), place.node()).stream())
                .flatMap(Comparison::sides)
                .flatMap(inner -> compared(inner.right()).stream());
        var values = Stream.concat(compared(side.right()).stream(), within)
                .filter(value -> !value.isBlank() && value.indexOf('%') < 0)
                .toList();
        session.forEach(input ->
                inputs.computeIfAbsent(input, _ -> new LinkedHashSet<>()).addAll(values));
    }

    /// Values before and after a constant. All texts are after the empty one, and before one that begins with them.
    private static List<String> beside(String constant) {
        if (!WHOLE.matcher(constant).matches()) {
            return List.of("", constant + "z");
        }
        var number = new BigInteger(constant);
        return List.of(
                number.subtract(BigInteger.ONE).toString(),
                number.add(BigInteger.ONE).toString());
    }

    private void note(Expr.Column column, Optional<String> value) {
        if (column.table().isPresent() && column.number() > 0) {
            mentioned
                    .computeIfAbsent(new Links.At(column.table().get(), column.number()), _ -> new LinkedHashSet<>())
                    .add(value);
        }
    }

    /// The text constants of a body, in lower case.
    static List<String> quoted(String body) {
        return QUOTED.matcher(body)
                .results()
                .map(each -> each.group(1))
                .distinct()
                .toList();
    }

    /// The constants of an expression that reads no input: those of one that does are names and patterns.
    private List<String> compared(Expr expr) {
        return Sessions.inputs(model.names(), expr).findAny().isPresent() ? List.of() : constants(expr);
    }

    static List<String> constants(Expr expr) {
        var found = new ArrayList<String>();
        Walk.over(expr).map(Walk.Place::node).forEach(node -> {
            if (node instanceof Expr.Constant constant) {
                texts(constant.value(), found);
            }
        });
        var others = Walk.over(expr).anyMatch(place -> place.node() instanceof Expr.Column);
        return others ? List.of() : found;
    }

    private static void texts(Value value, List<String> found) {
        switch (value) {
            case Value.Text(var text) -> found.add(text);
            case Value.Bool(var truth) -> found.add(String.valueOf(truth));
            case Value.Int(var number) -> found.add(String.valueOf(number));
            case Value.Decimal(var number) -> found.add(number.toPlainString());
            case Value.Uuid(var uuid) -> found.add(uuid.toString());
            case Value.Array(var elements) -> elements.forEach(element -> texts(element, found));
            case Value.Null _, Value.Json _, Value.Unknown _, Value.Failed _ -> {}
        }
    }
}
