package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.report.Outcomes.Outcome;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The changes between two databases, for each role, object and command: before and after a migration, say.
///
/// A change is weaker or stronger only where that can be shown: a privilege, an exemption, a policy more or less. A
/// policy, a function or a view that is defined otherwise makes the two incomparable.
///
/// @param changes the weaker ones first, then by role, object and command
/// @param notCompared kinds of objects that were not looked at
public record Diff(List<Change> changes, List<String> notCompared) {

    private static final List<String> NOT_COMPARED = List.of(
            "constraints", "indexes", "types", "extensions", "foreign servers", "subscriptions", "large objects");

    public Diff {
        changes = List.copyOf(changes);
        notCompared = List.copyOf(notCompared);
    }

    /// @param settings whose roles and schemas are compared
    public record Side(Catalog catalog, Settings settings) {}

    /// The direction of a change.
    public enum Direction {
        /// Every row that was within reach still is, and some more may be.
        WEAKER,
        /// Neither can be shown.
        INCOMPARABLE,
        /// No row is within reach that was not.
        STRONGER
    }

    /// @param role empty for what no role is named in, such as a trigger
    /// @param object a relation in quoted SQL spelling, or `role x`, `function f()`, `schema s`, `trigger t on x`
    /// @param command or privilege, in lower case; may be empty
    public record Change(
            Direction direction, String role, String object, String command, String before, String after) {}

    public static Diff of(Side before, Side after) {
        return new Comparison(before, after).diff();
    }

    /// Whether anything is weaker, or may be.
    public boolean fails() {
        return changes.stream().anyMatch(change -> change.direction() != Direction.STRONGER);
    }

    /// @param format text, with one line for each change and one for the kinds that were not compared, or JSON
    /// @throws IllegalArgumentException for any other
    public void write(Format format, Writer out) throws IOException {
        switch (format) {
            case TEXT -> writeText(out);
            case JSON -> JsonReport.JSON.writeValue(out, this);
            case SARIF, MARKDOWN, HTML, JUNIT, GITHUB ->
                throw new IllegalArgumentException("a difference is text or JSON");
        }
        out.flush();
    }

    private void writeText(Writer out) throws IOException {
        for (var change : changes) {
            out.write("%-12s  %s\n".formatted(change.direction().name().toLowerCase(Locale.ROOT), line(change)));
        }
        out.write(changes.isEmpty() ? "nothing changed\n" : "");
        out.write("not compared: %s\n".formatted(String.join(", ", notCompared)));
    }

    private static String line(Change change) {
        return Stream.of(change.role(), change.object(), change.command(), change.before() + " -> " + change.after())
                .filter(part -> !part.isEmpty())
                .map(Visible::line)
                .collect(Collectors.joining("  "));
    }

    // --- comparing -----------------------------------------------------------------------------------------------

    /// One database, with its parts by name.
    static final class Named {

        final Settings settings;
        final Catalog catalog;
        final Gates gates;
        final Outcomes outcomes;
        final Meaning meaning;
        final Map<String, Role> roles;
        final Map<String, Relation> tables;
        final Set<String> subjects;

        Named(Side side) {
            catalog = side.catalog;
            settings = side.settings;
            gates = new Gates(catalog);
            outcomes = new Outcomes(catalog, gates, side.settings.schemas());
            meaning = new Meaning(catalog);
            roles = catalog.roles().values().stream().collect(Collectors.toMap(Role::name, role -> role));
            tables = outcomes.tables().stream().collect(Collectors.toMap(Relation::quoted, table -> table));
            subjects = side.settings.subjects().stream()
                    .map(catalog::role)
                    .flatMap(Optional::stream)
                    .map(Role::name)
                    .collect(Collectors.toSet());
        }

        Reach reach(String role, String table, Command command) {
            var outcome = roles.containsKey(role) && tables.containsKey(table)
                    ? outcomes.of(roles.get(role), tables.get(table), command)
                    : Outcome.NONE;
            return Reach.of(meaning, tables.get(table), outcome);
        }

        Set<String> touchable(String role) {
            return roles.containsKey(role)
                    ? outcomes.touchable(roles.get(role)).stream()
                            .map(Relation::quoted)
                            .collect(Collectors.toSet())
                    : Set.of();
        }

        Set<String> canBecome(String role) {
            return roles.containsKey(role)
                    ? gates.roles().canBecome(roles.get(role).oid()).stream()
                            .map(Role::name)
                            .collect(Collectors.toSet())
                    : Set.of();
        }
    }

    record Comparison(Named before, Named after) {

        Comparison(Side before, Side after) {
            this(new Named(before), new Named(after));
        }

        Diff diff() {
            var changes = new ArrayList<Change>();
            var objects = new ObjectDiff(before, after);
            for (var role : union(before.subjects, after.subjects)) {
                compareRoles(role, changes);
                for (var table : union(before.touchable(role), after.touchable(role))) {
                    for (var command : Gate.COMMANDS) {
                        compare(role, table, command).ifPresent(changes::add);
                    }
                }
                changes.addAll(objects.of(role));
            }
            changes.addAll(objects.ofNoRole());
            changes.sort(Comparator.comparing(Change::direction));
            return new Diff(changes, NOT_COMPARED);
        }

        private void compareRoles(String role, List<Change> changes) {
            var was = before.canBecome(role);
            var is = after.canBecome(role);
            for (var other : union(was, is)) {
                if (!was.contains(other)) {
                    changes.add(new Change(Direction.WEAKER, role, "role " + other, "", "apart", "can become it"));
                } else if (!is.contains(other)) {
                    changes.add(new Change(Direction.STRONGER, role, "role " + other, "", "can become it", "apart"));
                }
            }
        }

        private Optional<Change> compare(String role, String table, Command command) {
            var was = before.reach(role, table, command);
            var is = after.reach(role, table, command);
            return was.direction(is)
                    .map(direction -> new Change(
                            direction,
                            role,
                            table,
                            command.name().toLowerCase(Locale.ROOT),
                            was.words(is),
                            is.words(was)));
        }

        static Set<String> union(Collection<String> some, Collection<String> others) {
            var union = new TreeSet<>(some);
            union.addAll(others);
            return union;
        }
    }
}
