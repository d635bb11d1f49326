package hedgerow.rls.prove;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Conditions that might tie a table's rows to the session, as SQL: those of existing policies, on this
/// table or on one with such a column, and the condition that a row refers to one which the session sees.
final class Conditions {

    private static final int MOST = 6;

    private static final Pattern SETTING = Pattern.compile("(NULLIF\\()?current_setting\\('[^']*'::text(?:, \\w+)?\\)");
    private static final Pattern DISTINCT = Pattern.compile("NOT \\((.+) IS DISTINCT FROM (.+)\\)");
    private static final Pattern FOREIGN_EQUALITY = Pattern.compile("(.+) OPERATOR\\(\\S+\\.=\\) (.+)");

    private final Model model;
    private final Tenancy tenancy;
    private final List<Known> known = new ArrayList<>();

    /// A condition of an existing policy.
    ///
    /// @param table of the policy
    /// @param column the only one of its row that it reads
    private record Known(Relation table, Column column, String text) {}

    Conditions(Model model, Tenancy tenancy) {
        this.model = model;
        this.tenancy = tenancy;
        for (var table : model.catalog().relationsIn(model.settings().schemas())) {
            if (table.isTable() && table.rowSecurity()) {
                table.policies().stream()
                        .flatMap(policy -> known(table, policy))
                        .distinct()
                        .forEach(known::add);
            }
        }
    }

    private Stream<Known> known(Relation table, Policy policy) {
        return Stream.concat(
                known(table, policy.usingTree(), policy.usingSql()),
                known(table, policy.checkTree(), policy.checkSql()));
    }

    private Stream<Known> known(Relation table, Optional<String> tree, Optional<String> sql) {
        return tree.isEmpty() || sql.isEmpty()
                ? Stream.of()
                : Clause.of(sql.get())
                        .atoms(model.policies().raw(table, tree.get()))
                        .flatMap(atom -> known(table, atom).stream());
    }

    private Optional<Known> known(Relation table, Clause.Atom atom) {
        var columns = Sessions.ownColumns(atom.expr())
                .map(Expr.Column::number)
                .distinct()
                .toList();
        return columns.size() == 1
                        && isTie(atom.expr())
                        && Sessions.readsSession(model.names(), model.policies().inline(atom.expr()))
                ? table.column((long) columns.getFirst()).map(column -> new Known(table, column, atom.text()))
                : Optional.empty();
    }

    private boolean isTie(Expr expr) {
        return switch (expr) {
            case Expr.Subquery _, Expr.Quantified _, Expr.Call _ -> true;
            case Expr.Not(var operand) -> operand instanceof Expr.Distinct;
            default ->
                Comparison.of(model.names(), expr)
                        .filter(Comparison::isEquality)
                        .isPresent();
        };
    }

    /// The conditions, the likeliest first. Where nothing identifies the owners of a table's rows, a
    /// foreign condition would assign them wrongly: such a table only has its own conditions.
    List<String> of(Relation table) {
        var own = known.stream().filter(one -> one.table.equals(table)).map(Known::text);
        if (tenancy.axis(table).isEmpty()) {
            return own.limit(MOST).toList();
        }
        var others = known.stream()
                .filter(one -> !one.table.equals(table) && !isKey(one.table, one.column))
                .flatMap(one -> table.column(one.column.name()).stream()
                        .filter(column -> column.type() == one.column.type())
                        .map(_ -> moved(one, table)));
        return Stream.of(own, others, accessors(table), parents(table))
                .flatMap(texts -> texts)
                .flatMap(text -> Stream.concat(Stream.of(text), plainer(text).stream()))
                .distinct()
                .limit(MOST)
                .toList();
    }

    /// The condition for another table. Within sub-selects the server writes the table's name before its
    /// columns.
    private static String moved(Known one, Relation table) {
        var name = Pattern.compile("(?<![\\w.\"])" + Pattern.quote(quotedName(one.table)) + "\\."
                + Pattern.quote(one.column.quoted()) + "(?![\\w\"])");
        var moved = quotedName(table) + "." + one.column.quoted();
        return Clause.outsideOfText(one.text, part -> name.matcher(part).replaceAll(Matcher.quoteReplacement(moved)));
    }

    /// The quoted name without its schema.
    private static String quotedName(Relation table) {
        return Clause.split(table.quoted(), ".").getLast();
    }

    /// Whether a column is a key of a table with one row for each tenant or person: the name of its key has
    /// another meaning elsewhere.
    private static boolean isKey(Relation table, Column column) {
        return table.indexes().stream()
                .anyMatch(index ->
                        index.unique() && index.keys() == 1 && index.columns().getFirst() == column.number());
    }

    /// The conditions that a tenant column equals what a function without arguments derives from the
    /// session.
    private Stream<String> accessors(Relation table) {
        return table.columns().stream()
                .filter(column -> isTenantColumn(table, column))
                .flatMap(column -> model.catalog().functions().values().stream()
                        .filter(function -> isAccessor(function, column.type()))
                        .map(function -> "%s = (SELECT %s)".formatted(column.quoted(), function.quoted())));
    }

    /// Whether it is a tenant column: the one that policies compare where they identify tenants; otherwise
    /// one with a usual name.
    private boolean isTenantColumn(Relation table, Column column) {
        return tenancy.identities().isEmpty()
                ? model.settings().tenantColumns().contains(column.name())
                : tenancy.isDirect()
                        && tenancy.owner(table)
                                .filter(owner -> owner.column() == column.number()
                                        && tenancy.tenants().contains(owner.input()))
                                .isPresent();
    }

    private boolean isAccessor(Function function, long type) {
        return function.returnType() == type
                && function.argumentTypes().isEmpty()
                && !function.returnsSet()
                && function.kind() == Function.Kind.FUNCTION
                && function.volatility() != Function.Volatility.VOLATILE
                && model.settings().schemas().contains(function.schema())
                && model.policies().body(function.oid()).stream()
                        .flatMap(List::stream)
                        .map(model.policies()::inline)
                        .flatMap(Query::expressions)
                        .flatMap(expr -> Sessions.inputs(model.names(), expr))
                        .anyMatch(input -> tenancy.identities().isEmpty()
                                || tenancy.tenants().contains(input));
    }

    /// The conditions on parents, where it is clear which of the referenced rows identifies the owner.
    private Stream<String> parents(Relation table) {
        var keys = table.constraints().stream()
                .filter(key -> key.kind() == Constraint.Kind.FOREIGN_KEY && key.foreignRelation() != table.oid())
                .toList();
        return Stream.of(keys)
                .filter(all -> all.size() == 1 && tenancy.owner(table).isEmpty())
                .flatMap(List::stream)
                .flatMap(key -> model.catalog().relation(key.foreignRelation()).stream()
                        .filter(Relation::rowSecurity)
                        .map(parent -> reference(table, parent, key)));
    }

    /// The condition that a row refers to one that the caller can see.
    String reference(Relation table, Relation parent, Constraint key) {
        return "EXISTS (SELECT FROM %s parent WHERE %s)".formatted(parent.quoted(), pairs(table, parent, key));
    }

    private static String pairs(Relation table, Relation parent, Constraint key) {
        var pairs = new ArrayList<String>();
        for (var i = 0; i < key.columns().size(); i++) {
            pairs.add("parent.%s = %s.%s"
                    .formatted(
                            parent.column(key.foreignColumns().get(i))
                                    .orElseThrow()
                                    .quoted(),
                            quotedName(table),
                            table.column(key.columns().get(i)).orElseThrow().quoted()));
        }
        return String.join(" AND ", pairs);
    }

    // --- plainer forms -------------------------------------------------------------------------------------------

    /// The atom without its parts that admit a session without a tenant: an empty setting, a default, NULL
    /// for a value; and without an equality under which different texts are equal.
    static List<String> plainer(String atom) {
        List<UnaryOperator<String>> changes = List.of(
                Conditions::withoutEmpty,
                Conditions::withoutDefault,
                Conditions::withoutNull,
                Conditions::exact,
                text -> withoutEmpty(withoutDefault(withoutNull(text))));
        var forms = new LinkedHashSet<String>();
        changes.forEach(change -> forms.add(change.apply(atom)));
        forms.remove(atom);
        return List.copyOf(forms);
    }

    static String withoutEmpty(String text) {
        return SETTING.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) != null ? found.group() : "NULLIF(%s, ''::text)".formatted(found.group())));
    }

    private static String withoutDefault(String text) {
        var start = text.indexOf("COALESCE(");
        if (start < 0) {
            return text;
        }
        var end = Clause.closing(text, start + "COALESCE".length());
        var first = Clause.firstArgument(text.substring(start), "COALESCE").orElse("");
        return end >= text.length()
                ? text
                : withoutDefault(text.substring(0, start) + "(" + first + ")" + text.substring(end + 1));
    }

    private static String withoutNull(String text) {
        var distinct = DISTINCT.matcher(text);
        return distinct.matches() ? "%s = %s".formatted(distinct.group(1), distinct.group(2)) : text;
    }

    private static String exact(String text) {
        var equality = FOREIGN_EQUALITY.matcher(text);
        return equality.matches() ? "(%s)::text = (%s)::text".formatted(equality.group(1), equality.group(2)) : text;
    }
}
