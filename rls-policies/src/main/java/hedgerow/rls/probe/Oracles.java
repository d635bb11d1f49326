package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Index;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The facts that a role learns about other tenants although no claim is broken: from refusals of unique
/// keys, sequences, large objects, and notifications.
final class Oracles {

    private static final int FRESH = 19;
    private static final long UUID = 2950;

    private static final String SEQUENCES = """
        select array[c.oid::regclass::text] from pg_catalog.pg_class c
         where c.relnamespace::regnamespace::text = any (array[%s])
           and case c.relkind when 'S' then pg_catalog.has_sequence_privilege(%s, c.oid, 'SELECT') end order by 1
        """;

    private static final String NOTIFYING = """
        select array[p.oid::regprocedure::text] from pg_catalog.pg_proc p
         where p.pronamespace::regnamespace::text = any (array[%s])
           and p.prosrc ~* '\\mpg_notify\\M|\\mnotify\\M' order by 1
        """;

    private static final String LARGE_OBJECTS = """
        select array[count(*)::text] from pg_catalog.pg_largeobject_metadata
         where lomacl::text ~ '[{,]=r' having count(*) > 0
        """;

    private final Arena arena;
    private final Field field;
    private final Set<String> found = new LinkedHashSet<>();

    Oracles(Arena arena, Field field) {
        this.arena = arena;
        this.field = field;
    }

    /// The facts, one sentence each.
    Set<String> found() {
        return found;
    }

    /// Tries to learn facts.
    ///
    /// @param own sessions of the attacker
    void ask(Role role, List<Actor> own) throws SQLException {
        for (var table : field.tables()) {
            if (field.isOpen(role, table, Command.INSERT) && !own.isEmpty()) {
                for (var index : table.indexes()) {
                    unique(role, table, index, own.getFirst());
                }
            }
        }
        var schemas =
                field.model().settings().schemas().stream().map(SqlText::quote).collect(Collectors.joining(", "));
        for (var sequence : arena.rows(SEQUENCES.formatted(schemas, SqlText.quote(role.name())))) {
            found.add("%s reads sequence %s, and how much all tenants drew from it."
                    .formatted(role.name(), sequence.getFirst()));
        }
        for (var function : arena.rows(NOTIFYING.formatted(schemas))) {
            found.add("%s notifies, and every login of the database may listen.".formatted(function.getFirst()));
        }
        for (var count : arena.rows(LARGE_OBJECTS)) {
            found.add(
                    "Large objects (%s) are open to everybody, for no policy binds them.".formatted(count.getFirst()));
        }
    }

    /// Tries whether another tenant's value is refused and a new one accepted. Nobody guesses a UUID.
    private void unique(Role role, Relation table, Index index, Actor actor) throws SQLException {
        var row = field.seeds().first(table, Party.FOREIGN);
        var columns = columns(table, index);
        if (row.isEmpty() || columns.isEmpty()) {
            return;
        }
        var overrides = new HashMap<Integer, Optional<String>>();
        for (var column : columns) {
            overrides.put(column.number(), row.get().value(column.number()));
        }
        var taken = insert(role, table, overrides, actor);
        if (taken instanceof Answer.Failed(var state, var ignored)
                && state.equals("23505")
                && insert(role, table, Map.of(), actor) instanceof Answer.Done) {
            found.add("%s learns by a unique key of %s (%s) that another tenant has a value."
                    .formatted(role.name(), table.quoted(), Field.list(columns)));
        }
    }

    private Answer insert(Role role, Relation table, Map<Integer, Optional<String>> overrides, Actor actor)
            throws SQLException {
        var sql = field.insertion(role, table, Party.OWN, FRESH, overrides);
        return sql.isEmpty()
                ? new Answer.Failed("", "")
                : arena.undone(() -> {
                    arena.become(actor);
                    return arena.tell(sql.get());
                });
    }

    private List<Column> columns(Relation table, Index index) {
        var columns = new ArrayList<Column>();
        if (!index.unique() || index.columns().contains(0L)) {
            return columns;
        }
        index.columns().stream()
                .limit(index.keys())
                .flatMap(number -> table.column(number).stream())
                .forEach(columns::add);
        var tells = columns.stream().noneMatch(column -> field.isMark(table, column))
                && columns.stream().anyMatch(column -> column.type() != UUID && !column.identity());
        return tells ? columns : List.of();
    }
}
