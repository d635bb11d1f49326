package hedgerow.rls.prove;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Patches of a foreign key by which rows refer to foreign rows.
final class KeyPatches {

    /// The first oid of user-defined objects.
    private static final long FIRST_OF_USERS = 16384;

    private final State state;
    private final Relation child;
    private final Constraint key;

    KeyPatches(State state, Relation child, Constraint key) {
        this.state = state;
        this.child = child;
        this.key = key;
    }

    List<Candidate> list() {
        var found = new ArrayList<Candidate>();
        state.model().catalog().relation(key.foreignRelation()).ifPresent(parent -> {
            composite(parent).ifPresent(found::add);
            checked(parent).forEach(found::add);
        });
        return found;
    }

    // --- a key with the tenant in it -----------------------------------------------------------------------------

    private Optional<Column> owner(Relation table) {
        return state.tenancy().owner(table).map(Tenancy.Anchor::column).flatMap(number -> table.column((long) number));
    }

    /// A composite key. The server compares existing rows by the operators of their types, with the rights
    /// of whoever adds the key: only built-in types qualify.
    private Optional<Candidate> composite(Relation parent) {
        var own = owner(child);
        var theirs = owner(parent);
        var plain = own.isPresent()
                && theirs.isPresent()
                && own.get().type() == theirs.get().type()
                && own.get().type() < FIRST_OF_USERS
                && columns(child, key.columns()).stream().allMatch(column -> column.type() < FIRST_OF_USERS)
                && !key.columns().contains((long) own.get().number());
        if (!plain) {
            return Optional.empty();
        }
        var statements = new ArrayList<String>();
        var wide = new ArrayList<>(List.of((long) theirs.get().number()));
        wide.addAll(key.foreignColumns());
        if (!isUnique(parent, wide)) {
            statements.add("alter table %s add unique (%s)".formatted(parent.quoted(), names(parent, wide)));
        }
        if (!own.get().notNull()) {
            statements.addAll(PolicyPatches.notNull(child, own.get()).statements());
        }
        var narrow = new ArrayList<>(List.of((long) own.get().number()));
        narrow.addAll(key.columns());
        statements.add("alter table %s drop constraint %s".formatted(child.quoted(), key.quoted()));
        statements.add("alter table %s add constraint %s foreign key (%s) references %s (%s)%s"
                .formatted(
                        child.quoted(),
                        key.quoted(),
                        names(child, narrow),
                        parent.quoted(),
                        names(parent, wide),
                        actions()));
        return Optional.of(new Candidate(
                statements,
                "rows of %s refer to rows of %s of the same tenant alone".formatted(child.quoted(), parent.quoted())));
    }

    private static boolean isUnique(Relation parent, List<Long> columns) {
        return parent.constraints().stream()
                .filter(constraint ->
                        constraint.kind() == Constraint.Kind.UNIQUE || constraint.kind() == Constraint.Kind.PRIMARY_KEY)
                .anyMatch(constraint -> !constraint.deferrable()
                        && constraint.columns().size() == columns.size()
                        && new HashSet<>(constraint.columns()).equals(new HashSet<>(columns)));
    }

    private static List<Column> columns(Relation table, List<Long> numbers) {
        return numbers.stream()
                .map(number -> table.column(number.longValue()).orElseThrow())
                .toList();
    }

    private static String names(Relation table, List<Long> numbers) {
        return columns(table, numbers).stream().map(Column::quoted).collect(Collectors.joining(", "));
    }

    /// The actions of the key: the tenant stays when a reference is cleared.
    private String actions() {
        return action(" on update ", key.onUpdate(), false)
                + action(" on delete ", key.onDelete(), true)
                + (key.deferrable() ? " deferrable" : "");
    }

    private String action(String event, Constraint.Action action, boolean columns) {
        var named = columns ? " (%s)".formatted(names(child, key.columns())) : "";
        return switch (action) {
            case NO_ACTION, NONE -> "";
            case RESTRICT -> event + "restrict";
            case CASCADE -> event + "cascade";
            case SET_NULL -> event + "set null" + named;
            case SET_DEFAULT -> event + "set default" + named;
        };
    }

    // --- a policy that looks at what is referred to --------------------------------------------------------------

    private List<Candidate> checked(Relation parent) {
        var condition = state.conditions().reference(child, parent, key);
        return parent.rowSecurity() && child.rowSecurity()
                ? List.of(
                        Candidate.of(
                                "rows of %s refer to rows of %s that are shown to whoever writes them"
                                        .formatted(child.quoted(), parent.quoted()),
                                fence("insert", condition),
                                fence("update", condition)),
                        Candidate.of(
                                "new rows of %s refer to rows of %s that are shown to whoever writes them"
                                        .formatted(child.quoted(), parent.quoted()),
                                fence("insert", condition)))
                : List.of();
    }

    private String fence(String command, String condition) {
        return "create policy %s on %s as restrictive for %s with check (%s)"
                .formatted(name(command), child.quoted(), command, condition);
    }

    private String name(String command) {
        return "%s_%s".formatted(key.quoted().replaceAll("\\W", ""), command);
    }
}
