package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// INSERT of a row of the other tenant, and of one without owner.
record Inserts() implements Attack {

    private static final int FRESH = 20;

    @Override
    public List<Shot> shots(Field field, Role role) throws SQLException {
        var shots = new ArrayList<Shot>();
        for (var object : field.objects().toList()) {
            if (field.isOpen(role, object, Command.INSERT)) {
                foreign(field, role, object).ifPresent(shots::add);
                nobodys(field, role, object).ifPresent(shots::add);
                shots.addAll(naming(field, role, object));
            }
        }
        return shots;
    }

    private static Optional<Shot> foreign(Field field, Role role, Relation object) throws SQLException {
        var sql = field.insertion(role, object, Party.FOREIGN, FRESH, Map.of());
        return sql.map(statement ->
                Shot.write("insert", object.quoted(), "INSERT", statement).after(field.room(object, Party.FOREIGN)));
    }

    /// INSERT of the attacker's own row, with the other tenant's name in another column.
    private static List<Shot> naming(Field field, Role role, Relation object) throws SQLException {
        var owners = field.truth().owners(object);
        var shots = new ArrayList<Shot>();
        for (var owner : object.columns()) {
            var name = field.groups().value(new Links.At(object.oid(), owner.number()), Party.FOREIGN);
            if (!owners.contains(owner.number()) || name.isEmpty()) {
                continue;
            }
            for (var column : object.columns()) {
                if (column.type() == owner.type()
                        && !owners.contains(column.number())
                        && !field.maker().isKey(object, column.number())
                        && !RowMaker.isReference(object, column.number())) {
                    var sql = field.insertion(role, object, Party.OWN, FRESH, Map.of(column.number(), name));
                    var control = field.insertion(role, object, Party.OWN, FRESH, Map.of());
                    if (sql.isPresent() && control.isPresent()) {
                        shots.add(Shot.write("insert that names the other", object.quoted(), "INSERT", sql.get())
                                .controlledBy(Actor.Kind.OWN, control.get()));
                    }
                }
            }
        }
        return shots;
    }

    private static Optional<Shot> nobodys(Field field, Role role, Relation object) throws SQLException {
        var owner = object.columns().stream()
                .filter(column -> field.truth().owners(object).contains(column.number()) && !column.notNull())
                .findFirst();
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        var overrides = new HashMap<Integer, Optional<String>>();
        overrides.put(owner.get().number(), Optional.empty());
        var sql = field.insertion(role, object, Party.OWN, FRESH, overrides);
        var control = field.insertion(role, object, Party.OWN, FRESH, Map.of());
        return sql.flatMap(statement ->
                control.map(other -> Shot.write("insert of nobody's row", object.quoted(), "INSERT", statement)
                        .controlledBy(Actor.Kind.OWN, other)));
    }
}
