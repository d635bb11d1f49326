package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Trigger;
import hedgerow.rls.expr.StoredTree;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The functions that can give a session another identity while a statement runs, before policies check its rows.
///
/// One statement inserts with ON CONFLICT, merges, writes other tables in WITH, and reads beside what it writes, so
/// that each trigger of whatever it writes is before each of its rows.
final class Entering {

    private final Catalog catalog;
    private final Gates gates;
    private final Setters setters;
    private final Set<Long> subjects;
    private final Map<Long, List<Relation>> heirs;
    private final List<String> policies;
    private final Map<Long, List<String>> written = new HashMap<>();

    /// Reads the catalog.
    ///
    /// @param subjects roles whose statements are their own; those of other roles are within bodies
    /// @param heirs the tables that inherit from a table, and its partitions
    Entering(Catalog catalog, Gates gates, Setters setters, Set<Long> subjects, Map<Long, List<Relation>> heirs) {
        this.catalog = catalog;
        this.gates = gates;
        this.setters = setters;
        this.subjects = subjects;
        this.heirs = heirs;
        this.policies = setters.policies();
    }

    /// Policies that may, and functions of triggers that fire on the table, of a statement, an earlier row, this one,
    /// or a partition; and of whatever else the role may write in the same statement.
    ///
    /// @param user the role whose statement it is
    List<String> before(Relation table, long user) {
        return Stream.of(policies.stream(), entering(withHeirs(table)), of(user).stream())
                .flatMap(each -> each)
                .distinct()
                .toList();
    }

    /// Functions of triggers that may, of anything that the role may write.
    List<String> of(long user) {
        if (!subjects.contains(user)) {
            return List.of();
        }
        var known = written.get(user);
        if (known == null) {
            var seen = new HashSet<Long>();
            known = catalog.relations().values().stream()
                    .filter(relation -> isWritten(relation, user))
                    .flatMap(relation -> entering(reached(relation, seen)))
                    .distinct()
                    .sorted()
                    .toList();
            written.put(user, known);
        }
        return known;
    }

    private boolean isWritten(Relation relation, long user) {
        return Stream.of(Command.INSERT, Command.UPDATE, Command.DELETE)
                .anyMatch(command -> gates.may(user, relation, command));
    }

    /// A relation, its heirs, and those of a view, at any remove.
    private Stream<Relation> reached(Relation relation, Set<Long> seen) {
        if (!seen.add(relation.oid())) {
            return Stream.empty();
        }
        var read = relation.viewTree().map(StoredTree::numbers).orElse(Set.of()).stream()
                .sorted()
                .flatMap(oid -> catalog.relation(oid).stream())
                .flatMap(inner -> reached(inner, seen));
        return Stream.concat(withHeirs(relation), read);
    }

    private Stream<Relation> withHeirs(Relation table) {
        return Stream.concat(
                Stream.of(table),
                heirs.getOrDefault(table.oid(), List.of()).stream().flatMap(this::withHeirs));
    }

    private Stream<String> entering(Stream<Relation> relations) {
        return relations
                .flatMap(relation -> relation.triggers().stream())
                .filter(Trigger::enabled)
                .filter(trigger -> trigger.before() || trigger.instead())
                .flatMap(trigger -> catalog.function(trigger.function()).stream())
                .filter(setters::maySet)
                .map(Function::quoted);
    }
}
