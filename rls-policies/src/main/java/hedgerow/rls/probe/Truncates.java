package hedgerow.rls.probe;

import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.List;

/// TRUNCATE, to which no policy applies.
record Truncates() implements Attack {

    @Override
    public List<Shot> shots(Field field, Role role) {
        return field.objects()
                .filter(Relation::isTable)
                .filter(table -> field.model().gates().mayTruncate(role.oid(), table))
                .flatMap(table -> List.of("", " cascade").stream()
                        .map(how ->
                                Shot.write("truncate", table.quoted(), "TRUNCATE", "truncate " + table.quoted() + how)))
                .toList();
    }
}
