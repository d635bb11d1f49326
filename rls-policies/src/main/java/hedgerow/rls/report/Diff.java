package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.prove.Compared;
import hedgerow.rls.prove.Difference;
import hedgerow.rls.prove.RowDiff;
import hedgerow.rls.report.Outcomes.Outcome;
import java.io.IOException;
import java.io.Writer;
import java.sql.SQLException;
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

/// The changes between two databases, for each role, object and command, such as before and after a
/// migration.
///
/// A change is weaker or stronger only where that can be shown: a privilege, an exemption, a policy more or
/// less. A policy, a function or a view with another definition makes the two incomparable.
///
/// @param changes the weaker ones first, then by role, object and command
/// @param notCompared kinds of objects that were not compared
public record Diff(List<Change> changes, List<String> notCompared) {

    private static final List<String> NOT_COMPARED = List.of(
            "constraints", "indexes", "types", "extensions", "foreign servers", "subscriptions", "large objects");

    public Diff {
        changes = List.copyOf(changes);
        notCompared = List.copyOf(notCompared);
    }

    /// One of the two databases.
    ///
    /// @param settings whose roles and schemas are compared
    public record Side(Catalog catalog, Settings settings) {}

    /// The direction of a change.
    public enum Direction {
        /// Every row that was within reach still is, and more may be.
        WEAKER,
        /// Neither direction can be shown.
        INCOMPARABLE,
        /// No row is within reach that was not before.
        STRONGER;

        /// The direction of two parts of one object; a part that is equal is empty.
        static Optional<Direction> both(Optional<Direction> one, Optional<Direction> other) {
            return one.isEmpty() || one.equals(other) ? other : other.isEmpty() ? one : Optional.of(INCOMPARABLE);
        }
    }

    /// A change.
    ///
    /// @param role empty for an object that involves no role, such as a trigger
    /// @param object a relation in quoted SQL spelling, or `role x`, `function f()`, `schema s`, `trigger t
    ///     on x`
    /// @param command or privilege, in lower case; may be empty
    /// @param rows that only one of the two admits, where meanings are compared
    /// @param undecided the reason why no more could be decided
    public record Change(
            Direction direction,
            String role,
            String object,
            String command,
            String before,
            String after,
            List<Difference> rows,
            List<String> undecided) {

        /// The rows, and the undecided parts, one line each.
        List<String> lines() {
            var told = rows.stream().flatMap(row -> Stream.concat(Stream.of(head(row)), row.story().stream()));
            return Stream.concat(told, undecided.stream().map("undecided: "::concat))
                    .toList();
        }

        static String head(Difference row) {
            return "%s, %s%s"
                    .formatted(
                            row.gate(),
                            row.after() ? "only the later admits it" : "only the earlier admits it",
                            row.seen() ? "" : " (not tried)");
        }

        Change(Direction direction, String role, String object, String command, String before, String after) {
            this(direction, role, object, command, before, after, List.of(), List.of());
        }
    }

    /// Compares policies by their forms.
    public static Diff of(Side before, Side after) throws SQLException {
        return new Comparison(before, after, Optional.empty()).diff();
    }

    /// Compares policies by their forms, and by their meaning where the forms differ.
    public static Diff of(Side before, Side after, RowDiff rows) throws SQLException {
        return new Comparison(before, after, Optional.of(rows)).diff();
    }

    /// Whether anything is or may be weaker.
    public boolean fails() {
        return changes.stream().anyMatch(change -> change.direction() != Direction.STRONGER);
    }

    /// Writes the changes.
    ///
    /// @param format text, with a line for each change and one for the kinds that were not compared,
    ///     Markdown or JSON
    /// @throws IllegalArgumentException for any other format
    public void write(Format format, Writer out) throws IOException {
        switch (format) {
            case TEXT -> writeText(out);
            case MARKDOWN -> DiffMarkdown.write(this, out);
            case JSON -> JsonReport.JSON.writeValue(out, this);
            case SARIF, HTML, JUNIT, GITHUB ->
                throw new IllegalArgumentException("a difference is text, Markdown or JSON");
        }
        out.flush();
    }

    private void writeText(Writer out) throws IOException {
        for (var change : changes) {
            out.write("%-12s  %s\n".formatted(word(change), line(change)));
            for (var text : change.lines()) {
                out.write("                %s\n".formatted(Visible.line(text)));
            }
        }
        out.write(changes.isEmpty() ? "nothing changed\n" : "");
        out.write("not compared: %s\n".formatted(String.join(", ", notCompared)));
    }

    static String word(Change change) {
        return change.direction().name().toLowerCase(Locale.ROOT);
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

    record Comparison(Named before, Named after, Optional<RowDiff> rows) {

        Comparison(Side before, Side after, Optional<RowDiff> rows) {
            this(new Named(before), new Named(after), rows);
        }

        Diff diff() throws SQLException {
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

        private Optional<Change> compare(String role, String table, Command command) throws SQLException {
            var was = before.reach(role, table, command);
            var is = after.reach(role, table, command);
            var direction = was.direction(is);
            var compared = Optional.<Compared>empty();
            if (direction.isPresent()
                    && rows.isPresent()
                    && isComparable(role, table)
                    && was.isGranted()
                    && is.isGranted()) {
                compared = Optional.of(rows.get().compare(role, table, command));
                direction = Direction.both(was.columnsDirection(is), direction(compared.get()));
            }
            var differences = compared.map(Compared::differences).orElse(List.of());
            var undecided = compared.map(Compared::undecided).orElse(List.of());
            return direction.map(known -> new Change(
                    known,
                    role,
                    table,
                    command.name().toLowerCase(Locale.ROOT),
                    was.words(is),
                    is.words(was),
                    differences,
                    undecided));
        }

        private boolean isComparable(String role, String table) {
            return Stream.of(before, after)
                    .allMatch(side -> side.roles.containsKey(role)
                            && Optional.ofNullable(side.tables.get(table))
                                    .filter(Relation::isTable)
                                    .isPresent());
        }

        private static Optional<Direction> direction(Compared rows) {
            if (rows.gains() && rows.loses() || !rows.undecided().isEmpty()) {
                return Optional.of(Direction.INCOMPARABLE);
            }
            return rows.gains()
                    ? Optional.of(Direction.WEAKER)
                    : rows.loses() ? Optional.of(Direction.STRONGER) : Optional.empty();
        }

        static Set<String> union(Collection<String> some, Collection<String> others) {
            var union = new TreeSet<>(some);
            union.addAll(others);
            return union;
        }
    }
}
