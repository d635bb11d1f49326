package hedgerow.rls.prove;

import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.RewriteRule;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Query;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The statements that fire the triggers of a table: those on the table itself, and those that a referential
/// action, a parent, a view or a rule passes on to its rows.
final class Reaches {

    /// The longest chain of referential actions whose rows are followed one by one.
    private static final int MOST_KEYS = 4;

    private final Model model;
    private final Tenancy tenancy;
    private final Map<At, List<Link>> links = new HashMap<>();
    private final Map<At, Set<At>> sources = new HashMap<>();
    private Optional<Map<At, List<At>>> rewritten = Optional.empty();

    Reaches(Model model, Tenancy tenancy) {
        this.model = model;
        this.tenancy = tenancy;
    }

    /// A statement, or what it does to the rows of a table to which it is passed on.
    record At(Relation table, Command command) {

        @Override
        public boolean equals(Object other) {
            return other instanceof At(var relation, var same) && relation.oid() == table.oid() && same == command;
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(table.oid()) + command.ordinal();
        }

        @Override
        public String toString() {
            return "%s of %s".formatted(command, table.quoted());
        }
    }

    /// A step by which a statement is passed on.
    ///
    /// @param key whose action does so; empty for parents, views and rules
    /// @param moved whether it moves the statement's own rows between partitions
    private record Link(At from, Optional<Constraint> key, boolean moved) {

        private static Link by(Constraint key, At from) {
            return new Link(from, Optional.of(key), false);
        }

        private static Link of(At from) {
            return new Link(from, Optional.empty(), false);
        }
    }

    /// The knowledge about the rows that a statement reaches.
    enum Tie {
        /// They are the statement's own.
        OWN,
        /// They refer to the statement's rows, by keys.
        KEYS,
        /// They have the owners of the statement's rows.
        OWNER,
        /// Nothing is known.
        NONE
    }

    /// A way from a statement to a table.
    ///
    /// @param keys from the table up to the statement's
    /// @param inherited whether a parent passes the statement on to the table
    record Reach(At at, At statement, List<Constraint> keys, Tie tie, boolean inherited) {

        private static Reach of(At at) {
            return new Reach(at, at, List.of(), Tie.OWN, false);
        }

        /// Whether its triggers run as the owner of the table, as those of a referential action do.
        boolean isAction() {
            return !keys.isEmpty();
        }

        String gate() {
            return statement.equals(at) ? at.command.name() : "%s, passed on as %s".formatted(statement, at.command);
        }
    }

    /// The ways from statements of a role to a table.
    List<Reach> of(Relation table, Command command, long role) {
        var found = new ArrayList<Reach>();
        var open = new ArrayDeque<>(List.of(Reach.of(new At(table, command))));
        var seen = new HashSet<Object>();
        while (!open.isEmpty()) {
            var reach = open.remove();
            if (model.gates().may(role, reach.statement.table, reach.statement.command)) {
                found.add(reach);
            }
            links(reach.statement).stream()
                    .map(link -> longer(reach, link))
                    .filter(next -> seen.add(next.tie == Tie.KEYS ? next : List.of(next.statement, next.tie)))
                    .forEach(open::add);
        }
        return found;
    }

    private Reach longer(Reach reach, Link link) {
        var keys = Stream.concat(reach.keys.stream(), link.key.stream()).toList();
        var inherited = reach.inherited
                || reach.statement.equals(reach.at) && reach.at.table.parents().contains(link.from.table.oid());
        return new Reach(reach.at, link.from, keys, tie(reach, link, keys), inherited);
    }

    private Tie tie(Reach reach, Link link, List<Constraint> keys) {
        if (reach.tie == Tie.OWN && link.moved) {
            return Tie.OWN;
        }
        if (link.key.isEmpty() || reach.tie == Tie.NONE) {
            return Tie.NONE;
        }
        var simple = keys.stream().distinct().count() == keys.size() && keys.size() <= MOST_KEYS;
        if (simple && reach.tie != Tie.OWNER) {
            return Tie.KEYS;
        }
        return keepsOwner(link.key.get(), reach.statement.table, link.from.table)
                        && (reach.tie == Tie.OWNER || keys.stream().distinct().count() == 1)
                ? Tie.OWNER
                : Tie.NONE;
    }

    /// Whether a key refers to rows of the same owner.
    private boolean keepsOwner(Constraint key, Relation table, Relation parent) {
        var own = tenancy.owner(table).map(owner -> key.columns().indexOf((long) owner.column()));
        var theirs = tenancy.owner(parent).map(owner -> key.foreignColumns().indexOf((long) owner.column()));
        return own.isPresent() && own.equals(theirs) && own.get() >= 0;
    }

    /// Whether a statement is passed on to a table, at any remove.
    boolean isPassedOn(At from, At to) {
        return !to.equals(from) && sources(to).contains(from);
    }

    private Set<At> sources(At target) {
        var known = sources.get(target);
        if (known == null) {
            known = new HashSet<>();
            var open = new ArrayDeque<>(List.of(target));
            while (!open.isEmpty()) {
                for (var link : links(open.remove())) {
                    if (known.add(link.from)) {
                        open.add(link.from);
                    }
                }
            }
            sources.put(target, known);
        }
        return known;
    }

    // --- steps ---------------------------------------------------------------------------------------------------

    private List<Link> links(At to) {
        var known = links.get(to);
        if (known == null) {
            known = Stream.of(keys(to), parents(to), rewritten(to))
                    .flatMap(each -> each)
                    .toList();
            links.put(to, known);
        }
        return known;
    }

    private Stream<Link> keys(At to) {
        return to.table.constraints().stream()
                .filter(key -> key.kind() == Constraint.Kind.FOREIGN_KEY && key.enforced())
                .flatMap(key -> Stream.of(Command.DELETE, Command.UPDATE)
                        .filter(command ->
                                acts(key, command).filter(to.command::equals).isPresent())
                        .flatMap(command -> model.catalog().relation(key.foreignRelation()).stream()
                                .map(parent -> Link.by(key, new At(parent, command)))));
    }

    /// The command by which a key passes a DELETE or UPDATE on.
    private static Optional<Command> acts(Constraint key, Command command) {
        return switch (command == Command.DELETE ? key.onDelete() : key.onUpdate()) {
            case CASCADE -> Optional.of(command);
            case SET_NULL, SET_DEFAULT -> Optional.of(Command.UPDATE);
            case NO_ACTION, RESTRICT, NONE -> Optional.empty();
        };
    }

    /// A statement on a parent is one on the table's own rows. An UPDATE that moves a row to another partition
    /// deletes it from one and inserts it into the other.
    private Stream<Link> parents(At to) {
        var own = to.table.parents().stream()
                .flatMap(parent -> model.catalog().relation(parent).stream())
                .filter(_ -> to.table.partition() || to.command != Command.INSERT)
                .map(parent -> new At(parent, to.command));
        var moved = to.table.kind() == Relation.Kind.PARTITIONED_TABLE && to.command != Command.UPDATE
                ? Stream.of(new Link(new At(to.table, Command.UPDATE), Optional.empty(), true))
                : Stream.<Link>empty();
        return Stream.concat(own.map(Link::of), moved);
    }

    private Stream<Link> rewritten(At to) {
        if (rewritten.isEmpty()) {
            rewritten = Optional.of(model.catalog().relations().values().stream()
                    .flatMap(relation -> Stream.concat(throughView(relation), byRules(relation)))
                    .collect(Collectors.groupingBy(
                            Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList()))));
        }
        return rewritten.get().getOrDefault(to, List.of()).stream().map(Link::of);
    }

    /// The tables that are written through a view with its owner's rights.
    private Stream<Map.Entry<At, At>> throughView(Relation view) {
        if (view.kind() != Relation.Kind.VIEW || view.isInvokerView()) {
            return Stream.empty();
        }
        return queries(view, view.viewTree().stream())
                .filter(query -> query.tables().count() == 1)
                .flatMap(Query::tables)
                .flatMap(source -> model.catalog().relation(source.oid()).stream())
                .flatMap(table -> Stream.of(Command.INSERT, Command.UPDATE, Command.DELETE)
                        .filter(command -> model.gates().may(view.owner(), table, command))
                        .filter(command -> !Views.isReplaced(view, command))
                        .map(command -> Map.entry(new At(table, command), new At(view, command))));
    }

    private Stream<Map.Entry<At, At>> byRules(Relation relation) {
        return relation.rules().stream()
                .filter(rule -> rule.enabled() && rule.event() != RewriteRule.Event.SELECT)
                .flatMap(rule -> queries(relation, Stream.of(rule.actionTree()))
                        .flatMap(Query::writes)
                        .flatMap(write -> model.written(write).stream()
                                .flatMap(table -> commands(write)
                                        .map(command -> Map.entry(
                                                new At(table, command), new At(relation, Rules.command(rule)))))));
    }

    private Stream<Query> queries(Relation relation, Stream<String> trees) {
        return trees.flatMap(tree -> model
                .policies()
                .guarded(
                        "a rule of " + relation.quoted(),
                        () -> ExprReader.readQueries(tree, model.names()),
                        List.<Query>of())
                .stream());
    }

    /// The commands that a statement is made of, for triggers.
    static Stream<Command> commands(Query write) {
        return switch (write.command()) {
            case INSERT ->
                write.change()
                                .flatMap(Query.Change::conflict)
                                .filter(Query.Conflict::update)
                                .isPresent()
                        ? Stream.of(Command.INSERT, Command.UPDATE)
                        : Stream.of(Command.INSERT);
            case UPDATE -> Stream.of(Command.UPDATE);
            case DELETE -> Stream.of(Command.DELETE);
            default -> Stream.of(Command.INSERT, Command.UPDATE, Command.DELETE);
        };
    }
}
