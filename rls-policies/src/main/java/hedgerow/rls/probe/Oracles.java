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
import java.util.stream.Stream;

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
    private final Share share;
    private final Set<String> found = new LinkedHashSet<>();

    Oracles(Arena arena, Field field, Share share) {
        this.arena = arena;
        this.field = field;
        this.share = share;
    }

    /// The facts, one sentence each.
    Set<String> found() {
        return found;
    }

    /// Tries to learn facts.
    ///
    /// @param own sessions of the attacker
    /// @param foreign sessions of the other tenant
    void ask(Role role, List<Actor> own, List<Actor> foreign) throws SQLException {
        for (var table : field.tables()) {
            if (share.has(table.quoted()) && field.isOpen(role, table, Command.INSERT) && !own.isEmpty()) {
                for (var index : table.indexes()) {
                    unique(role, table, index, own.getFirst());
                }
            }
        }
        if (share.has(role)) {
            askOfRole(role, own, foreign);
        }
    }

    private void askOfRole(Role role, List<Actor> own, List<Actor> foreign) throws SQLException {
        for (var attacker : own.stream().limit(1).toList()) {
            var other = foreign.stream()
                    .filter(each -> each.profile() == attacker.profile())
                    .findFirst();
            if (other.isPresent()) {
                turn(role, attacker, other.get());
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

    /// Tries a query that becomes the other tenant before it has read all rows: a policy reads the variables
    /// for each row, or once when the scan begins, which a join can delay.
    private void turn(Role role, Actor attacker, Actor other) throws SQLException {
        var sets = other.settings().entrySet().stream()
                .map(each -> "set_config(%s, %s, true)"
                        .formatted(SqlText.quote(each.getKey()), SqlText.quote(each.getValue())))
                .collect(Collectors.joining(", "));
        if (sets.isEmpty()) {
            return;
        }
        for (var table : field.tables()) {
            var theirs = field.seeds().first(table, Party.FOREIGN);
            if (field.isOpen(role, table, Command.SELECT) && theirs.isPresent()) {
                var shown = shown(attacker, "select t::text from %s t".formatted(table.quoted()));
                var turned = Stream.of(
                                "select t::text from %s t where concat(%s) is not null",
                                "select t::text from (select concat(%2$s) offset 0) s (n) join %1$s t on n is not null")
                        .map(query -> query.formatted(table.quoted(), sets))
                        .anyMatch(query -> isMore(attacker, query, shown));
                if (turned) {
                    found.add(("%s becomes another tenant half-way through a query. Revoke EXECUTE on"
                                    + " pg_catalog.set_config, and take one statement at a time; or seal the session.")
                            .formatted(role.name()));
                    return;
                }
            }
        }
    }

    private boolean isMore(Actor attacker, String query, List<String> shown) {
        try {
            return !Set.copyOf(shown).containsAll(shown(attacker, query));
        } catch (SQLException e) {
            return false;
        }
    }

    private List<String> shown(Actor actor, String query) throws SQLException {
        return arena.undone(() -> {
            arena.become(actor);
            return arena.tell(query) instanceof Answer.Done(var lines, var _) ? lines : List.of();
        });
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
                && (state.equals("23505") || state.equals("23P01"))
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
        if (!index.unique() && !index.exclusion() || index.columns().contains(0L)) {
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
