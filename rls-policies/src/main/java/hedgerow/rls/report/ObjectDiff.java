package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Catalog.Publication;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Grant;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.RewriteRule;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.Trigger;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.report.AccessMatrix.Verdict;
import hedgerow.rls.report.Diff.Change;
import hedgerow.rls.report.Diff.Direction;
import hedgerow.rls.report.Diff.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The changes of everything but tables: views, functions, triggers, rules, publications, privileges,
/// attributes and settings of roles.
///
/// A view or function that runs with its caller's rights opens nothing by itself, so only those that run
/// with their owner's rights are compared.
final class ObjectDiff {

    private static final long PUBLIC = 0;
    private static final String NONE = "none";
    private static final Set<String> OF_TABLES = Set.of("SELECT", "INSERT", "UPDATE", "DELETE");

    private final Named before;
    private final Named after;

    ObjectDiff(Named before, Named after) {
        this.before = before;
        this.after = after;
    }

    /// The subject of a change.
    private record Key(String role, String object, String command) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return (role + "\0" + object + "\0" + command)
                    .compareTo(other.role + "\0" + other.object + "\0" + other.command);
        }
    }

    /// The state of one key.
    ///
    /// @param powers more of them are weaker; `*` stands for all
    /// @param meaning two states with different meanings are incomparable
    /// @param words for the reader
    private record State(Set<String> powers, String meaning, String words) {

        boolean covers(State other) {
            return powers.contains("*") || powers.containsAll(other.powers);
        }
    }

    // --- of one role ---------------------------------------------------------------------------------------------

    List<Change> of(String role) {
        var changes = new ArrayList<>(changes(states(before, role), states(after, role)));
        var was = materialized(before, role);
        var is = materialized(after, role);
        was.keySet().retainAll(is.keySet());
        is.keySet().retainAll(was.keySet());
        changes.addAll(changes(was, is));
        return changes;
    }

    private static Map<Key, State> states(Named side, String name) {
        var states = new TreeMap<Key, State>();
        var role = side.roles.get(name);
        if (role != null) {
            views(side, role, states);
            functions(side, role, states);
            privileges(side, role, states);
            attributes(role, states);
        }
        return states;
    }

    private static void views(Named side, Role role, Map<Key, State> states) {
        for (var view : side.catalog.relationsIn(side.settings.schemas())) {
            if (view.kind() == Relation.Kind.VIEW
                    && !view.isInvokerView()
                    && view.extension().isEmpty()) {
                for (var command : Gate.COMMANDS) {
                    var outcome = side.outcomes.of(role, view, command);
                    if (outcome.verdict() != Verdict.NONE) {
                        states.put(key(role, view.quoted(), command), view(side, view, outcome.columns()));
                    }
                }
            }
        }
    }

    /// The state of a materialized view: its readers are compared like those of tables, its contents here.
    private static Map<Key, State> materialized(Named side, String name) {
        var states = new TreeMap<Key, State>();
        var role = Optional.ofNullable(side.roles.get(name));
        for (var view : side.catalog.relationsIn(side.settings.schemas())) {
            if (view.kind() == Relation.Kind.MATERIALIZED_VIEW
                    && role.filter(it ->
                                    side.outcomes.of(it, view, Command.SELECT).verdict() != Verdict.NONE)
                            .isPresent()) {
                states.put(key(role.get(), view.quoted(), Command.SELECT), view(side, view, Set.of("*")));
            }
        }
        return states;
    }

    private static State view(Named side, Relation view, Set<String> columns) {
        var owner = name(side.catalog, view.owner());
        var some = columns.contains("*") ? "" : " (%s)".formatted(String.join(", ", new TreeSet<>(columns)));
        var meaning = owner + view.viewTree().map(side.meaning::ofTree).orElse("");
        return new State(columns, meaning, "open as %s%s".formatted(owner, some));
    }

    private static void functions(Named side, Role role, Map<Key, State> states) {
        for (var function : side.catalog.functions().values()) {
            if (function.securityDefiner()
                    && function.extension().isEmpty()
                    && side.settings.schemas().contains(function.schema())
                    && side.gates.mayExecute(role.oid(), function)) {
                var words = "runs as " + name(side.catalog, function.owner());
                states.put(
                        new Key(role.name(), "function " + function.quoted(), "execute"),
                        new State(Set.of("*"), side.meaning.of(function), words));
            }
        }
    }

    /// Collects all privileges except those that policies restrict, which [Reach] compares.
    private static void privileges(Named side, Role role, Map<Key, State> states) {
        for (var relation : side.catalog.relationsIn(side.settings.schemas())) {
            if (relation.extension().isEmpty()) {
                var others = relation.grants().stream()
                        .filter(grant -> relation.kind() == Relation.Kind.SEQUENCE
                                || !OF_TABLES.contains(grant.privilege())
                                || grant.grantable());
                privileges(side, role, relation.quoted(), others, states);
            }
        }
        for (var schema : side.catalog.schemas().values()) {
            if (side.settings.schemas().contains(schema.name())) {
                privileges(side, role, "schema " + schema.quoted(), schema.grants().stream(), states);
            }
        }
        privileges(side, role, "database", side.catalog.server().grants().stream(), states);
    }

    private static void privileges(Named side, Role role, String object, Stream<Grant> grants, Map<Key, State> states) {
        var held = grants.filter(grant -> side.gates.roles().reaches(List.of(grant.grantee()), role.oid()))
                .map(grant ->
                        grant.privilege().toLowerCase(Locale.ROOT) + (grant.grantable() ? " with grant option" : ""))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!held.isEmpty()) {
            states.put(new Key(role.name(), object, "privileges"), new State(held, "", String.join(", ", held)));
        }
    }

    private static void attributes(Role role, Map<Key, State> states) {
        var attributes = new TreeMap<String, Boolean>(Map.of(
                "login", role.login(),
                "superuser", role.superuser(),
                "bypassrls", role.bypasses(),
                "createrole", role.createsRoles(),
                "createdb", role.createsDatabases(),
                "replication", role.replicates()));
        var has = attributes.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!has.isEmpty()) {
            states.put(
                    new Key(role.name(), "role " + role.quoted(), "attributes"),
                    new State(has, "", String.join(", ", has)));
        }
    }

    // --- of nobody in particular ---------------------------------------------------------------------------------

    /// The changes that involve no role: anything that runs beside a statement, is published, or is set for
    /// later sessions.
    List<Change> ofNoRole() {
        var changes = new ArrayList<>(changes(defaults(before), defaults(after)));
        changes.addAll(changes(publications(before), publications(after)));
        for (var change : changes(code(before), code(after))) {
            changes.add(new Change(
                    Direction.INCOMPARABLE, change.role(), change.object(), "", change.before(), change.after()));
        }
        return changes;
    }

    private static Map<Key, State> code(Named side) {
        var states = new TreeMap<Key, State>();
        for (var relation : side.catalog.relationsIn(side.settings.schemas())) {
            for (var trigger : relation.triggers()) {
                states.put(
                        new Key("", "trigger %s on %s".formatted(trigger.quoted(), relation.quoted()), ""),
                        trigger(side, trigger));
            }
            for (var rule : relation.rules()) {
                if (rule.event() != RewriteRule.Event.SELECT) {
                    states.put(
                            new Key("", "rule %s on %s".formatted(rule.quoted(), relation.quoted()), ""),
                            rule(side, rule));
                }
            }
        }
        for (var stored : side.catalog.storedSettings()) {
            var whose = stored.role() == 0 ? "all roles" : "role " + name(side.catalog, stored.role());
            var settings = String.join(", ", stored.settings());
            states.put(new Key("", "settings of " + whose, ""), new State(Set.of(), settings, settings));
        }
        return states;
    }

    private static State trigger(Named side, Trigger trigger) {
        var function = side.catalog.function(trigger.function());
        var runs = function.map(Function::quoted).orElse("a function")
                + function.filter(Function::securityDefiner)
                        .map(it -> " as " + name(side.catalog, it.owner()))
                        .orElse("");
        var meaning = "%s %s %s"
                        .formatted(
                                trigger.type(),
                                trigger.enabled(),
                                trigger.whenTree().map(side.meaning::ofTree))
                + function.map(side.meaning::of).orElse("");
        return new State(Set.of(), meaning, (trigger.enabled() ? "runs " : "disabled, would run ") + runs);
    }

    private static State rule(Named side, RewriteRule rule) {
        var meaning = "%s %s %s".formatted(rule.instead(), rule.enabled(), side.meaning.ofTree(rule.actionTree()))
                + rule.conditionTree().map(side.meaning::ofTree);
        return new State(Set.of(), meaning, rule.instead() ? "runs something instead" : "runs something more");
    }

    private static Map<Key, State> publications(Named side) {
        var states = new TreeMap<Key, State>();
        for (var publication : side.catalog.publications()) {
            var tables = published(side, publication);
            states.put(
                    new Key("", "publication " + publication.quoted(), ""),
                    new State(tables, "", tables.contains("*") ? "all tables" : String.join(", ", tables)));
        }
        return states;
    }

    /// The published tables. A table with a row filter differs from the whole table.
    private static Set<String> published(Named side, Publication publication) {
        if (publication.allTables()) {
            return Set.of("*");
        }
        var tables = publication.relations().stream()
                .map(oid -> side.catalog.relation(oid).map(Relation::quoted).orElse("a table")
                        + (publication.filtered().contains(oid) ? " (some rows)" : ""));
        var schemas = publication.schemas().stream()
                .flatMap(oid -> Optional.ofNullable(side.catalog.schemas().get(oid)).stream())
                .map(schema -> "schema " + schema.quoted());
        return Stream.concat(tables, schemas).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<Key, State> defaults(Named side) {
        var states = new TreeMap<Key, State>();
        for (var defaults : side.catalog.defaultPrivileges()) {
            var schema = Optional.ofNullable(side.catalog.schemas().get(defaults.schema()))
                    .map(it -> " in schema " + it.quoted())
                    .orElse("");
            var object =
                    "future %s of %s%s".formatted(kind(defaults.kind()), name(side.catalog, defaults.role()), schema);
            var byGrantee = defaults.grants().stream().collect(Collectors.groupingBy(Grant::grantee));
            byGrantee.forEach((grantee, grants) -> {
                var held = grants.stream()
                        .map(grant -> grant.privilege().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toCollection(TreeSet::new));
                states.put(
                        new Key(name(side.catalog, grantee), object, "privileges"),
                        new State(held, "", String.join(", ", held)));
            });
        }
        return states;
    }

    private static String kind(char letter) {
        return switch (letter) {
            case 'r' -> "tables";
            case 'S' -> "sequences";
            case 'f' -> "functions";
            case 'T' -> "types";
            case 'n' -> "schemas";
            default -> "objects";
        };
    }

    // --- comparing -----------------------------------------------------------------------------------------------

    private static Key key(Role role, String object, Command command) {
        return new Key(role.name(), object, command.name().toLowerCase(Locale.ROOT));
    }

    private static String name(Catalog catalog, long role) {
        return role == PUBLIC ? "PUBLIC" : catalog.role(role).map(Role::name).orElse("a role that no longer exists");
    }

    private static List<Change> changes(Map<Key, State> was, Map<Key, State> is) {
        var keys = new TreeSet<>(was.keySet());
        keys.addAll(is.keySet());
        var changes = new ArrayList<Change>();
        for (var key : keys) {
            var earlier = Optional.ofNullable(was.get(key));
            var later = Optional.ofNullable(is.get(key));
            direction(earlier, later)
                    .ifPresent(direction -> changes.add(new Change(
                            direction,
                            key.role(),
                            key.object(),
                            key.command(),
                            earlier.map(State::words).orElse(NONE),
                            words(earlier, later).orElse(NONE))));
        }
        return changes;
    }

    private static Optional<String> words(Optional<State> earlier, Optional<State> later) {
        var same = earlier.map(State::words).equals(later.map(State::words));
        return later.map(state -> same ? state.words() + ", defined differently" : state.words());
    }

    private static Optional<Direction> direction(Optional<State> was, Optional<State> is) {
        if (was.isEmpty() || is.isEmpty()) {
            return was.isEmpty() && is.isEmpty()
                    ? Optional.empty()
                    : Optional.of(was.isEmpty() ? Direction.WEAKER : Direction.STRONGER);
        }
        if (!was.get().meaning().equals(is.get().meaning())) {
            return Optional.of(Direction.INCOMPARABLE);
        }
        var weaker = is.get().covers(was.get());
        var stronger = was.get().covers(is.get());
        if (weaker && stronger) {
            return Optional.empty();
        }
        return Optional.of(weaker ? Direction.WEAKER : stronger ? Direction.STRONGER : Direction.INCOMPARABLE);
    }
}
