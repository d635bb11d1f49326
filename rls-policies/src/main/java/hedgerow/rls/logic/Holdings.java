package hedgerow.rls.logic;

import hedgerow.rls.catalog.Relation;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The tables on which a role may use some command, indexed by the holders of privileges.
public final class Holdings {

    private static final long PUBLIC = 0;

    private final Gates gates;
    private final List<Relation> tables;
    private final Map<Long, Set<Relation>> byHolder = new HashMap<>();

    public Holdings(Gates gates, Collection<Relation> tables) {
        this.gates = gates;
        this.tables = List.copyOf(tables);
        tables.forEach(this::note);
    }

    private void note(Relation table) {
        Gate.COMMANDS.stream()
                .flatMap(command -> gates.privileges().on(table, command, _ -> true).stream())
                .forEach(holder -> byHolder.computeIfAbsent(holder, _ -> new LinkedHashSet<>())
                        .add(table));
    }

    /// The tables of a role, by name.
    public List<Relation> of(long role) {
        if (gates.isSuperuser(role)) {
            return tables;
        }
        var usable = new HashMap<String, Boolean>();
        return Stream.concat(Stream.of(PUBLIC), gates.roles().inherited(role).stream())
                .flatMap(holder -> byHolder.getOrDefault(holder, Set.of()).stream())
                .filter(table -> usable.computeIfAbsent(table.schema(), schema -> gates.mayLookInto(role, schema)))
                .distinct()
                .sorted(Comparator.comparing(Relation::quoted))
                .toList();
    }
}
