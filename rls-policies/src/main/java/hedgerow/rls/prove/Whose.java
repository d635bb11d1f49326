package hedgerow.rls.prove;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Evaluator;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Value;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Tenancy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Computes the owners of rows from the contents of a database, independently of the encoding of the
/// question: a refutation depends on the fact that a row is not the session's own.
record Whose(Model model, Tenancy tenancy, Connection stage) {

    private static final long TEXT = 25;

    /// The number of rows of a table that are not known to be the session's own; empty if no column
    /// identifies their owner.
    ///
    /// @param where the condition on rows, as SQL
    Optional<Long> others(Relation table, Scene scene, String where) throws SQLException {
        var owner = tenancy.of(role(scene), table).owner(table);
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        var equality = owner.get().equality();
        var columns = Sessions.ownColumns(equality)
                .flatMap(column -> table.column((long) column.number()).stream())
                .distinct()
                .toList();
        var selected =
                columns.stream().map(column -> column.quoted() + "::text").collect(Collectors.joining(", "));
        var others = 0L;
        try (var statement = stage.createStatement();
                var rows = statement.executeQuery(
                        "select %s from %s where %s".formatted(selected, table.quoted(), where))) {
            while (rows.next()) {
                var values = new HashMap<Integer, Value>();
                for (var i = 0; i < columns.size(); i++) {
                    values.put(columns.get(i).number(), value(columns.get(i), rows.getString(i + 1)));
                }
                others += isTrue(equality, values, scene) ? 0 : 1;
            }
        }
        return Optional.of(others);
    }

    /// Whether no expression that policies compare identifies the session.
    boolean isNobody(Scene scene) {
        var world = new World(Map.of(), scene.settings(), login(scene));
        var ours = tenancy(scene);
        return ours.homes(ours.tenants()).stream()
                .map(home -> new Evaluator(model.names(), world).evaluate(home))
                .allMatch(value -> value instanceof Value.Null || value instanceof Value.Failed);
    }

    /// Whether every expression that policies compare identifies the session.
    boolean isSomebody(Scene scene) {
        var world = new World(Map.of(), scene.settings(), login(scene));
        var ours = tenancy(scene);
        return ours.homes(ours.tenants()).stream()
                .map(home -> new Evaluator(model.names(), world).evaluate(home))
                .allMatch(value -> value.isKnown() && !value.isNull());
    }

    /// The settings that identify the session of a scene.
    Set<String> settings(Scene scene) {
        return tenancy(scene).tenants().stream()
                .flatMap(input -> input instanceof Input.Setting(var name) ? Stream.of(name) : Stream.empty())
                .collect(Collectors.toSet());
    }

    private Tenancy tenancy(Scene scene) {
        return scene.target()
                .map(Scene.Placed::table)
                .or(scene::made)
                .map(table -> tenancy.of(role(scene), table))
                .orElse(tenancy);
    }

    private long role(Scene scene) {
        return model.catalog().roles().values().stream()
                .filter(role -> role.quoted().equals(scene.role()))
                .mapToLong(Role::oid)
                .findFirst()
                .orElse(0);
    }

    private Value value(Column column, String text) {
        var known = text == null ? Value.NULL : Value.of(text);
        return new Evaluator(model.names(), new World(Map.of(), Map.of(), ""))
                .evaluate(new Expr.Cast(new Expr.Constant(known, "", TEXT), Expr.Cast.Kind.IO, column.type()));
    }

    private boolean isTrue(Expr equality, Map<Integer, Value> row, Scene scene) {
        return new Evaluator(model.names(), new World(row, scene.settings(), login(scene)))
                .evaluate(equality)
                .isTrue();
    }

    private String login(Scene scene) {
        var login = scene.login().orElse(scene.role());
        return model.catalog().roles().values().stream()
                .filter(role -> role.quoted().equals(login))
                .map(Role::name)
                .findFirst()
                .orElse(login);
    }

    /// A row and a session.
    ///
    /// @param row values by column
    private record World(Map<Integer, Value> row, Map<String, String> settings, String login)
            implements Evaluator.World {

        @Override
        public Value column(Expr.Column column) {
            return row.getOrDefault(column.number(), Value.UNKNOWN);
        }

        @Override
        public Value setting(String name) {
            return settings.containsKey(name) ? Value.of(settings.get(name)) : Value.NULL;
        }

        @Override
        public Value sessionValue(Expr.SessionValue value) {
            return value.kind().isUser() ? Value.of(login) : Value.UNKNOWN;
        }
    }
}
