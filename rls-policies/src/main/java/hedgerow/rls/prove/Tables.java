package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Subjects;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Questions about the rows that statements on a table itself reach. The weakest statement of each gate has
/// neither WHERE nor RETURNING.
final class Tables {

    private final Model model;
    private final Tenancy tenancy;
    private final Homes homes;
    private final Triggers triggers;
    private final boolean explained;
    private final Subjects subjects;
    private final Map<Long, Set<Long>> touched = new HashMap<>();
    private final Map<Long, Set<Relation>> children = new HashMap<>();
    private List<Relation> tenants = List.of();

    Tables(Model model, Tenancy tenancy, Homes homes, Triggers triggers, boolean explained) {
        this.model = model;
        this.tenancy = tenancy;
        this.homes = homes;
        this.triggers = triggers;
        this.explained = explained;
        this.subjects = new Subjects(model.gates(), model.settings().subjects());
    }

    /// The tables on which a role has any privilege.
    Stream<Relation> of(long role) {
        return tenants().stream()
                .filter(table -> touched.computeIfAbsent(table.oid(), _ -> touching(table))
                        .contains(role));
    }

    private Set<Long> touching(Relation table) {
        var touching = Stream.of(Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE)
                .flatMap(command -> subjects.may(table, command).stream())
                .collect(Collectors.toCollection(HashSet::new));
        model.settings().subjects().stream()
                .filter(role -> model.gates().mayTruncate(role, table))
                .forEach(touching::add);
        return touching;
    }

    private List<Relation> tenants() {
        if (tenants.isEmpty()) {
            tenants = tenancy.tables();
        }
        return tenants;
    }

    List<Question> questions(Relation table, long role) {
        var questions = new ArrayList<Question>();
        if (may(role, table, Command.SELECT)) {
            questions.add(reads(table, role));
        }
        for (var gate : Gate.values()) {
            if (may(role, table, gate.command())) {
                if (gate != Gate.SELECT) {
                    questions.add(writes(table, role, gate));
                }
                if (homes.canBeUnbound(role, table) && gate != Gate.UPDATE_NEW) {
                    questions.add(unbound(table, role, gate));
                }
            }
        }
        for (var gate : List.of(Gate.DELETE, Gate.UPDATE_OLD)) {
            if (may(role, table, gate.command())) {
                children(table, role)
                        .forEach(child -> child.constraints().stream()
                                .filter(key ->
                                        key.foreignRelation() == table.oid() && key.enforced() && cascades(key, gate))
                                .forEach(key -> questions.add(cascades(table, child, key, role, gate))));
            }
        }
        if (model.gates().mayTruncate(role, table)) {
            questions.add(truncate(table, role));
        }
        keys(table, role)
                .forEach(key -> Stream.of(Gate.INSERT, Gate.UPDATE_NEW)
                        .filter(gate -> may(role, table, gate.command()))
                        .forEach(gate -> questions.add(references(table, role, key, gate))));
        return questions;
    }

    private boolean may(long role, Relation table, Command command) {
        return model.gates().may(role, table, command);
    }

    private Encoding encoding() {
        return new Encoding(model, explained);
    }

    static String name(Gate gate) {
        return switch (gate) {
            case UPDATE_OLD -> "UPDATE old";
            case UPDATE_NEW -> "UPDATE new";
            default -> gate.name();
        };
    }

    private Question question(
            Claim claim,
            long role,
            Relation table,
            String gate,
            Leak.Kind leak,
            Supplier<Question.Breach> encoded,
            Optional<Supplier<Encoding>> companion) {
        return question(claim, role, table, gate, leak, List.of(encoded), companion);
    }

    private Question question(
            Claim claim,
            long role,
            Relation table,
            String gate,
            Leak.Kind leak,
            List<Supplier<Question.Breach>> encoded,
            Optional<Supplier<Encoding>> companion) {
        return new Question(claim, role, table.quoted(), Cell.Kind.TABLE, gate, leak, encoded, companion);
    }

    /// A question for each session of the role that is at home elsewhere.
    private List<Supplier<Question.Breach>> ways(
            Relation table, long role, BiFunction<Encoding, Session, Question.Breach> asked) {
        return homes.logins(role, table).stream()
                .<Supplier<Question.Breach>>map(login -> () -> {
                    var e = encoding();
                    return asked.apply(e, login.apply(homes.bound(e, "s", role, table)));
                })
                .toList();
    }

    // --- reads ---------------------------------------------------------------------------------------------------

    private Question reads(Relation table, long role) {
        return question(
                Claim.DISJOINT_READS,
                role,
                table,
                "SELECT",
                Leak.Kind.ROWS,
                ways(table, role, (e, s) -> {
                    var row = e.there(table);
                    e.script().require(e.passes(row, s, Gate.SELECT));
                    return new Question.Breach(e, Map.of("row", row), homes.requireForeign(e, row, s));
                }),
                Optional.of(() -> admitted(table, role, Gate.SELECT)));
    }

    /// Whether anybody gets through.
    private Encoding admitted(Relation table, long role, Gate gate) {
        var e = encoding();
        var s = homes.bound(e, "s", role, table);
        var row = gate == Gate.INSERT ? e.written(table) : e.there(table);
        e.script().require(e.passes(row, s, gate));
        return e;
    }

    // --- writes --------------------------------------------------------------------------------------------------

    private Question writes(Relation table, long role, Gate gate) {
        return question(
                Claim.WRITES_STAY_HOME,
                role,
                table,
                name(gate),
                Leak.Kind.WRITE,
                ways(table, role, (e, s) -> {
                    var rows = written(e, table, s, gate);
                    var row = rows.get(gate.written() ? "new" : "old");
                    var before = Optional.ofNullable(gate.written() ? rows.get("old") : null);
                    return new Question.Breach(e, rows, homes.requireForeign(e, row, before, s));
                }),
                Optional.of(() -> admitted(table, role, gate)));
    }

    /// The rows of a statement that passes all gates of its command.
    Map<String, Slot> written(Encoding e, Relation table, Session s, Gate gate) {
        var rows = new LinkedHashMap<String, Slot>();
        for (var passed : Gate.of(gate.command())) {
            var row = passed.written() ? e.written(table) : e.there(table);
            rows.put(passed.written() ? "new" : "old", row);
            e.script().require(e.passes(row, s, passed));
        }
        if (rows.containsKey("new")) {
            var set = triggers.before(e, rows.get("new"), s, gate.command());
            if (gate.command() == Command.INSERT) {
                e.isNew(rows.get("new"));
            } else if (set.isPresent()) {
                unchanged(e, rows.get("old"), rows.get("new"), s.role(), set.get());
            }
        }
        return rows;
    }

    /// Requires that columns which neither the role nor a trigger may change stay the same.
    private void unchanged(Encoding e, Slot old, Slot fresh, long role, Set<Integer> set) {
        var columns = model.gates().columns(role, old.table(), Command.UPDATE);
        for (var column : old.table().columns()) {
            if (!set.contains(column.number()) && !columns.contains(column.number()) && !column.generated()) {
                e.script()
                        .require(
                                "column %s of %s cannot be changed"
                                        .formatted(column.quoted(), old.table().quoted()),
                                old.column(column.number()).same(fresh.column(column.number())));
            }
        }
    }

    private Question truncate(Relation table, long role) {
        return question(
                Claim.WRITES_STAY_HOME,
                role,
                table,
                "TRUNCATE",
                Leak.Kind.WRITE,
                () -> {
                    var e = encoding();
                    var s = homes.bound(e, "s", role, table);
                    var row = e.there(table);
                    if (homes.hasOwner(table, role)) {
                        e.script().require(homes.theirs(e, row, s));
                    }
                    return new Question.Breach(e, Map.of("row", row), List.of(s));
                },
                Optional.empty());
    }

    /// Tables of the same axis that refer to this one.
    private List<Relation> children(Relation table, long role) {
        if (children.isEmpty()) {
            tenants()
                    .forEach(child -> child.constraints().stream()
                            .filter(key -> key.kind() == Constraint.Kind.FOREIGN_KEY)
                            .forEach(key -> children.computeIfAbsent(key.foreignRelation(), _ -> new LinkedHashSet<>())
                                    .add(child)));
        }
        return children.getOrDefault(table.oid(), Set.of()).stream()
                .filter(child ->
                        homes.hasOwner(child, role) == homes.hasOwner(table, role) && sameAxis(child, table, role))
                .toList();
    }

    private static Constraint.Action action(Constraint key, Gate gate) {
        return gate == Gate.DELETE ? key.onDelete() : key.onUpdate();
    }

    /// Whether it may give the child's row to somebody else.
    private boolean setsOwner(Relation child, Constraint key, Gate gate, long role) {
        return action(key, gate) == Constraint.Action.SET_DEFAULT
                && tenancy.of(role, child)
                        .owner(child)
                        .filter(owner -> key.columns().contains((long) owner.column()))
                        .isPresent();
    }

    private static boolean cascades(Constraint key, Gate gate) {
        return switch (action(key, gate)) {
            case CASCADE, SET_NULL, SET_DEFAULT -> true;
            case NO_ACTION, RESTRICT, NONE -> false;
        };
    }

    /// A question about a referential action, to which no policy of the child applies. Only a child that
    /// could come to refer across tenants counts.
    private Question cascades(Relation table, Relation child, Constraint key, long role, Gate gate) {
        return question(
                Claim.WRITES_STAY_HOME,
                role,
                table,
                "%s that %s of %s passes on".formatted(gate.command(), key.quoted(), child.quoted()),
                Leak.Kind.WRITE,
                () -> {
                    var e = encoding();
                    var s = homes.bound(e, "s", role, table);
                    var parent = e.there(table);
                    var row = e.there(child);
                    e.script().require(e.passes(parent, s, gate));
                    Homes.refers(e, row, parent, key);
                    writable(e, child, row);
                    var rows = Map.of("row", row, "parent", parent);
                    if (setsOwner(child, key, gate, role)) {
                        e.requireUnmodelled("whose SET DEFAULT makes a row of %s".formatted(child.quoted()));
                        return new Question.Breach(e, rows, List.of(s));
                    }
                    return new Question.Breach(e, rows, homes.requireForeign(e, row, s));
                },
                Optional.empty());
    }

    /// Requires that some session of some role may have written the row.
    private void writable(Encoding e, Relation child, Slot row) {
        var ways = new ArrayList<String>();
        for (var role : model.settings().subjects()) {
            var writers = Stream.of(Gate.INSERT, Gate.UPDATE_NEW)
                    .filter(gate -> may(role, child, gate.command()))
                    .toList();
            if (!writers.isEmpty()) {
                var other = homes.bound(e, "w" + role, role, child);
                writers.forEach(gate -> ways.add(e.passes(row, other, gate)));
            }
        }
        e.script().require(or(ways));
    }

    // --- without an identity -------------------------------------------------------------------------------------

    private Question unbound(Relation table, long role, Gate gate) {
        var ways = Arrays.stream(Homes.Absence.values())
                .<Supplier<Question.Breach>>map(absence -> () -> unbound(table, role, gate, absence))
                .toList();
        return new Question(
                Claim.UNBOUND_SEES_NOTHING,
                role,
                table.quoted(),
                Cell.Kind.TABLE,
                gate.command().name(),
                gate == Gate.SELECT ? Leak.Kind.ROWS : Leak.Kind.WRITE,
                ways,
                Optional.empty());
    }

    private Question.Breach unbound(Relation table, long role, Gate gate, Homes.Absence absence) {
        var e = encoding();
        var u = homes.unbound(e, role, table, absence);
        var rows = gate == Gate.SELECT ? read(e, table, u) : written(e, table, u, gate);
        return new Question.Breach(e, rows, List.of(u));
    }

    private static Map<String, Slot> read(Encoding e, Relation table, Session s) {
        var row = e.there(table);
        e.script().require(e.passes(row, s, Gate.SELECT));
        return Map.of("row", row);
    }

    // --- references ----------------------------------------------------------------------------------------------

    /// Foreign keys to tables of the same axis.
    private List<Constraint> keys(Relation table, long role) {
        return table.constraints().stream()
                .filter(key -> key.kind() == Constraint.Kind.FOREIGN_KEY && key.enforced())
                .filter(key -> model.catalog()
                        .relation(key.foreignRelation())
                        .filter(parent -> tenancy.isTenantTable(parent) && sameAxis(table, parent, role))
                        .isPresent())
                .toList();
    }

    private boolean sameAxis(Relation table, Relation parent, long role) {
        var ours = tenancy.of(role, table);
        var own = ours.axis(table);
        return ours.axis(parent)
                .map(input -> own.isEmpty() || own.get().equals(input))
                .orElse(ours.isReachedByMembers(parent));
    }

    private Question references(Relation table, long role, Constraint key, Gate gate) {
        var parent = model.catalog().relation(key.foreignRelation()).orElseThrow();
        return question(
                Claim.REFERENCES_STAY_HOME,
                role,
                table,
                "%s by %s".formatted(gate.command(), key.quoted()),
                Leak.Kind.REFERENCE,
                () -> {
                    var e = encoding();
                    var s = homes.bound(e, "s", role, table);
                    var rows = new LinkedHashMap<>(written(e, table, s, gate));
                    var there = e.there(parent);
                    rows.put("parent", there);
                    var sessions = homes.requireForeign(e, there, s);
                    Homes.refers(e, rows.get("new"), there, key);
                    if (rows.containsKey("old")) {
                        e.script().require(not(and(same(rows.get("old"), rows.get("new"), key))));
                    }
                    return new Question.Breach(e, rows, sessions);
                },
                Optional.empty());
    }

    private static List<String> same(Slot old, Slot fresh, Constraint key) {
        return key.columns().stream()
                .map(Long::intValue)
                .map(number -> old.column(number).same(fresh.column(number)))
                .toList();
    }
}
