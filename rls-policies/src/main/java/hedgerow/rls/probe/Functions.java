package hedgerow.rls.probe;

import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.SqlText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Calls of SECURITY DEFINER functions, with the keys of the other tenant's rows and with SQL as arguments;
/// and statements after calls of functions that change an identity which the session cannot set by itself.
record Functions() implements Attack {

    private static final int MOST_CALLS = 24;
    private static final int MOST_VALUES = 6;
    private static final List<String> STATEMENTS =
            List.of("select count(*) from %s", "with gone as (delete from %s returning 1) select count(*) from gone");
    private static final List<String> INJECTIONS = List.of("x' or 'x' = 'x", "true", "false or true");

    @Override
    public List<Shot> shots(Field field, Role role) {
        return callable(field, role)
                .flatMap(function -> of(field, role, function))
                .toList();
    }

    /// The functions that a role may call and whose bodies are known.
    static Stream<Function> callable(Field field, Role role) {
        return field.model().catalog().functions().values().stream()
                .filter(function -> field.model().settings().schemas().contains(function.schema()))
                .filter(function -> function.extension().isEmpty() && isCallable(function))
                .filter(function -> field.model().gates().mayExecute(role.oid(), function));
    }

    private static boolean isCallable(Function function) {
        var kind = function.kind();
        return (kind == Function.Kind.FUNCTION || kind == Function.Kind.PROCEDURE)
                && Set.of("sql", "plpgsql").contains(function.language())
                && function.returnType() != 2279
                && function.returnType() != 3838;
    }

    private static Stream<Shot> of(Field field, Role role, Function function) {
        var shots = new ArrayList<Shot>();
        var text = text(function);
        for (var call : calls(field, role, function)) {
            if (function.securityDefiner() && touches(field, text)) {
                shots.add(Shot.read("call", function.quoted(), "EXECUTE", call).ifItHasEffect());
                shots.add(Shot.write("call", function.quoted(), "EXECUTE", call).ifItHasEffect());
            }
            if (enters(field, role, text)) {
                field.tables().stream()
                        .filter(table -> field.isOpen(role, table, Command.SELECT))
                        .forEach(table -> shots.add(Shot.read(
                                        "select after a call",
                                        table.quoted(),
                                        "SELECT",
                                        "%s; select %s from %s"
                                                .formatted(
                                                        call,
                                                        Field.list(field.columns(role, table, Command.SELECT)),
                                                        table.quoted()))
                                .ifItHasEffect()));
                field.tables().stream()
                        .filter(table -> field.isOpen(role, table, Command.UPDATE))
                        .forEach(table -> Updates.blind(field, role, table)
                                .map(update -> Shot.write(
                                                "blind update after a call",
                                                table.quoted(),
                                                "UPDATE",
                                                call + "; " + update)
                                        .ifItHasEffect())
                                .forEach(shots::add));
            }
        }
        return shots.stream();
    }

    /// Whether a function may change an identity that the session cannot set by itself: a client of an API sets none,
    /// and nobody sets one that is sealed.
    private static boolean enters(Field field, Role role, String text) {
        var sets = text.contains("set_config") || text.matches("(?s).*\\bset\\s+(local|session)\\b.*");
        return sets
                && (field.model().settings().apiRoles().contains(role.oid())
                        || field.tenancy().identities().stream().anyMatch(input -> !(input instanceof Input.Setting)));
    }

    /// The body in small letters.
    static String text(Function function) {
        return function.body().orElse(function.bodyTree().orElse("")).toLowerCase(Locale.ROOT);
    }

    /// Whether a function may read or write tenants' rows: it names their table or a view, runs a text, or its
    /// body is not text.
    private static boolean touches(Field field, String text) {
        return text.startsWith("(")
                || text.contains("execute")
                || Stream.concat(field.truth().tables().stream(), field.views().stream())
                        .anyMatch(read -> text.contains(read.name().toLowerCase(Locale.ROOT)));
    }

    // --- arguments -----------------------------------------------------------------------------------------------

    /// Statements that call the function.
    static List<String> calls(Field field, Role role, Function function) {
        var name = function.quoted().substring(0, function.quoted().lastIndexOf('('));
        var calls = new ArrayList<String>();
        calls.add("");
        for (var argument : function.arguments()) {
            if (argument.input()) {
                var values = values(field, role, function, argument);
                var next = new ArrayList<String>();
                for (var value : values) {
                    for (var begun : calls) {
                        next.add(begun.isEmpty() ? value : begun + ", " + value);
                    }
                }
                calls.clear();
                calls.addAll(next.subList(0, Math.min(next.size(), MOST_CALLS)));
            }
        }
        var how = function.kind() == Function.Kind.PROCEDURE ? "call %s(%s)" : "select * from %s(%s)";
        return calls.stream().map(arguments -> how.formatted(name, arguments)).toList();
    }

    private static List<String> values(Field field, Role role, Function function, Function.Argument argument) {
        var type = field.model().catalog().type(argument.type());
        var spelled = type.map(known -> known.quoted()).orElse("text");
        var found = new LinkedHashSet<String>();
        field.truth()
                .tables()
                .forEach(table -> keys(field, role, table, argument.type()).forEach(found::add));
        var texts = field.maker().isText(argument.type());
        var values = new ArrayList<>(found.stream().limit(MOST_VALUES).toList());
        if (texts) {
            values.addAll(INJECTIONS);
            if (text(function).contains("execute")) {
                field.truth().tables().stream()
                        .limit(MOST_VALUES)
                        .flatMap(table -> STATEMENTS.stream().map(sql -> sql.formatted(table.quoted())))
                        .forEach(values::add);
            }
            Hints.quoted(text(function)).stream().limit(MOST_VALUES).forEach(values::add);
        }
        if (argument.type() == 16) {
            values.addAll(List.of("true", "false"));
        }
        if (values.isEmpty()) {
            field.maker().sample(argument.type()).ifPresent(values::add);
        }
        return values.isEmpty()
                ? List.of("null::" + spelled)
                : values.stream()
                        .distinct()
                        .map(value -> "%s::%s".formatted(SqlText.quote(value), spelled))
                        .toList();
    }

    /// Keys of the other tenant's rows, and those of their values that the role may read: values hidden
    /// from it are secrets.
    private static Stream<String> keys(Field field, Role role, Relation table, long type) {
        var seen = field.columns(role, table, Command.SELECT);
        return field.seeds().rows(table, Party.FOREIGN).stream()
                .flatMap(row -> table.columns().stream()
                        .filter(column -> column.type() == type)
                        .filter(column ->
                                isKey(table, column.number()) || field.isMark(table, column) || seen.contains(column))
                        .map(column -> row.value(column.number())))
                .flatMap(Optional::stream);
    }

    private static boolean isKey(Relation table, int number) {
        return table.constraints().stream()
                .anyMatch(
                        key -> (key.kind() == Constraint.Kind.PRIMARY_KEY || key.kind() == Constraint.Kind.FOREIGN_KEY)
                                && key.columns().contains((long) number));
    }
}
