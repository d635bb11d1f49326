package hedgerow.rls.prove;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Evaluator;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.SqlText;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Chooses values for columns that no formula mentions, so that no CHECK of the table is false.
final class Completion {

    private static final int MOST_COMBINATIONS = 4_000;
    private static final int MOST_CANDIDATES = 8;

    /// A time as [Decoder] writes it.
    private static final Pattern TIME = Pattern.compile("now\\(\\) \\+ interval '1 day' \\* (-?[0-9.]+)");

    private static final Set<String> CLOCKS =
            Set.of("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp");

    private final Model model;
    private final Relation table;
    private final Fitting fitting;
    private final List<Check> checks;

    /// A CHECK of the table.
    ///
    /// @param columns numbers of the columns that it reads
    private record Check(Expr condition, Set<Integer> columns) {}

    Completion(Model model, Relation table) {
        this.model = model;
        this.table = table;
        this.fitting = new Fitting(model);
        this.checks = fitting.checks(table)
                .map(condition -> new Check(condition, columns(condition)))
                .toList();
    }

    private static Set<Integer> columns(Expr condition) {
        var columns = new LinkedHashSet<Integer>();
        Walk.over(condition).forEach(place -> {
            if (place.node() instanceof Expr.Column column && column.level() == place.depth()) {
                columns.add(column.number());
            }
        });
        return columns;
    }

    /// Returns the row, with other values in some of its free columns if a check was false.
    ///
    /// @param values literals by column, quoted; a column that is not there gets its default
    /// @param free columns that may have any value, quoted
    /// @param n of the row; other numbers give other texts
    Map<String, String> completed(Map<String, String> values, Set<String> free, int n) {
        var row = new LinkedHashMap<>(values);
        for (var check : checks) {
            if (isFalse(check, row)) {
                var open = table.columns().stream()
                        .filter(column -> check.columns.contains(column.number()) && free.contains(column.quoted()))
                        .toList();
                search(row, open, check, n).ifPresent(row::putAll);
            }
        }
        return row;
    }

    private Optional<Map<String, String>> search(Map<String, String> row, List<Column> open, Check check, int n) {
        var combinations = List.of(Map.<String, String>of());
        for (var column : open) {
            var candidates = candidates(column, check, row, n);
            combinations = combinations.stream()
                    .flatMap(chosen -> Stream.concat(
                            Stream.of(chosen), // the column keeps what it has
                            candidates.stream().map(value -> with(chosen, column.quoted(), value))))
                    .limit(MOST_COMBINATIONS)
                    .toList();
        }
        return combinations.stream()
                .filter(chosen -> {
                    var tried = new LinkedHashMap<>(row);
                    tried.putAll(chosen);
                    return checks.stream().noneMatch(each -> isFalse(each, tried));
                })
                .findFirst();
    }

    private static Map<String, String> with(Map<String, String> chosen, String column, String value) {
        var more = new LinkedHashMap<>(chosen);
        more.put(column, value);
        return more;
    }

    private List<String> candidates(Column column, Check check, Map<String, String> row, int n) {
        var found = new LinkedHashSet<String>();
        Walk.over(check.condition).map(Walk.Place::node).forEach(node -> {
            if (node instanceof Expr.Constant constant) {
                elements(constant.value()).flatMap(Completion::literals).forEach(found::add);
            }
        });
        if (column.typeName().equals("boolean")) {
            found.addAll(List.of("true", "false"));
        }
        compared(check).flatMap(other -> near(other, row, n)).forEach(found::add);
        var fitting = found.stream()
                .filter(literal -> !(value(column, literal) instanceof Value.Unknown))
                .limit(MOST_CANDIDATES);
        return Stream.concat(column.notNull() ? Stream.empty() : Stream.of("null"), fitting)
                .toList();
    }

    private Stream<Column> compared(Check check) {
        return table.columns().stream().filter(column -> check.columns.contains(column.number()));
    }

    /// Values that a column compared with this one may need: a text that fits it, or a time before or after its own.
    private Stream<String> near(Column column, Map<String, String> row, int n) {
        if (value(column, "''") instanceof Value.Text) {
            return fitting.texts(table, column, n).limit(1).map(SqlText::quote);
        }
        return value(column, row.getOrDefault(column.quoted(), "now()")) instanceof Value.Decimal(var days)
                        && isTime(column)
                ? Stream.of(days, days.subtract(BigDecimal.ONE), days.add(BigDecimal.ONE))
                        .map(Completion::time)
                : Stream.empty();
    }

    /// The literal of a time.
    static String time(BigDecimal days) {
        return "now() + interval '1 day' * " + days.toPlainString();
    }

    private static boolean isTime(Column column) {
        return column.typeName().startsWith("timestamp") || column.typeName().equals("date");
    }

    private static Stream<Value> elements(Value value) {
        return value instanceof Value.Array(var elements) ? elements.stream() : Stream.of(value);
    }

    private static Stream<String> literals(Value value) {
        return switch (value) {
            case Value.Text(var text) -> Stream.of(SqlText.quote(text));
            case Value.Int(var number) ->
                Stream.of(number, number + 1, number - 1).map(String::valueOf);
            case Value.Decimal(var number) -> Stream.of(number.toPlainString());
            default -> Stream.empty();
        };
    }

    private boolean isFalse(Check check, Map<String, String> row) {
        return new Evaluator(model.names(), new Row(row))
                .evaluate(check.condition)
                .equals(Value.FALSE);
    }

    /// The value of a literal of the column's type; unknown if it is computed, or is none of that type.
    private static Value value(Column column, String literal) {
        if (literal.equals("null")) {
            return Value.NULL;
        }
        if (isTime(column)) {
            return days(literal);
        }
        var quoted = literal.startsWith("'") && literal.endsWith("'") && literal.length() > 1;
        return switch (column.typeName().replaceFirst("\\(.*", "")) {
            case "boolean" ->
                literal.equals("true") || literal.equals("false") ? Value.of(literal.equals("true")) : Value.UNKNOWN;
            case "smallint", "integer", "bigint" ->
                literal.matches("-?\\d{1,18}") ? Value.of(Long.parseLong(literal)) : Value.UNKNOWN;
            case "numeric" ->
                literal.matches("-?\\d+(\\.\\d+)?") ? new Value.Decimal(new BigDecimal(literal)) : Value.UNKNOWN;
            case "text", "character varying", "citext", "name" ->
                quoted ? Value.of(literal.substring(1, literal.length() - 1).replace("''", "'")) : Value.UNKNOWN;
            default -> Value.UNKNOWN;
        };
    }

    private static Value days(String literal) {
        if (literal.equals("now()")) {
            return new Value.Decimal(BigDecimal.ZERO);
        }
        var time = TIME.matcher(literal);
        return time.matches() ? new Value.Decimal(new BigDecimal(time.group(1))) : Value.UNKNOWN;
    }

    /// The row that is tried.
    private final class Row implements Evaluator.World {

        private final Map<String, String> values;

        Row(Map<String, String> values) {
            this.values = values;
        }

        @Override
        public Value column(Expr.Column column) {
            return table.column((long) column.number())
                    .map(own -> values.containsKey(own.quoted()) ? value(own, values.get(own.quoted())) : absent(own))
                    .orElse(Value.UNKNOWN);
        }

        private Value absent(Column column) {
            if (column.identity() || column.generated()) {
                return Value.UNKNOWN;
            }
            return column.defaultTree()
                    .map(tree -> model.policies().read(table, tree))
                    .map(expr -> isNow(expr) ? days("now()") : new Evaluator(model.names(), this).evaluate(expr))
                    .orElse(Value.NULL);
        }

        private boolean isNow(Expr expr) {
            return expr instanceof Expr.Call call
                    && CLOCKS.stream().anyMatch(clock -> Sessions.isBuiltin(model.names(), call.function(), clock));
        }

        @Override
        public Value setting(String name) {
            return Value.UNKNOWN;
        }
    }
}
