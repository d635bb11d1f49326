package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.SqlText;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The existing rows and their owners, read in a session without identity.
///
/// Rows that appear while a tenant's rows are made belong to that tenant, including those that triggers
/// make. The owner columns identify the owners of later rows.
final class Truth {

    /// A row.
    ///
    /// @param marks texts of its owner columns; NULL where there is none
    record Row(Relation table, List<String> marks) {

        private List<Object> key() {
            return List.of(table.oid(), marks);
        }
    }

    /// The effect of a statement.
    ///
    /// @param lost rows that are gone or changed, with their owners
    /// @param made rows that are new, or as they are now
    record Change(Map<Seed.Place, Party> lost, Map<Seed.Place, Row> made) {

        boolean isNothing() {
            return lost.isEmpty() && made.isEmpty();
        }
    }

    private final Arena arena;
    private final GroupValues groups;
    private final Marks marks;
    private final Map<Seed.Place, Party> parties = new HashMap<>();
    private Map<Seed.Place, Row> base = Map.of();
    private Map<Seed.Place, Row> seeded;

    Truth(Arena arena, Ground ground, GroupValues groups) {
        this.arena = arena;
        this.groups = groups;
        this.marks = ground.marks();
    }

    /// The owner columns of a table.
    Set<Integer> owners(Relation table) {
        return marks.isOwned(table)
                ? marks.of(table).stream().map(Column::number).collect(Collectors.toSet())
                : Set.of();
    }

    boolean isMark(Relation object, Column column) {
        return marks.isMark(object, column);
    }

    List<Relation> tables() {
        return marks.tables();
    }

    /// Forgets all rows that were made.
    void forget() {
        parties.clear();
        base = Map.of();
    }

    /// Assigns the new rows to this party; empty for rows that existed before. A row that a trigger only
    /// rewrote, with the marks that it had, stays its owner's.
    void note(Optional<Party> party) throws SQLException {
        var now = read();
        var moved = new HashMap<List<Object>, Deque<Party>>();
        base.forEach((place, row) -> {
            if (!now.containsKey(place) && parties.containsKey(place)) {
                moved.computeIfAbsent(row.key(), _ -> new ArrayDeque<>()).add(parties.get(place));
            }
        });
        party.ifPresent(whose -> now.forEach((place, row) -> {
            if (!base.containsKey(place)) {
                var former = moved.getOrDefault(row.key(), new ArrayDeque<>()).poll();
                parties.put(place, former == null ? whose : former);
            }
        }));
        base = now;
    }

    /// Takes the present rows as the initial state, until [#back()].
    ///
    /// @param whose the owner of the new rows
    void begin(Optional<Party> whose) throws SQLException {
        if (seeded == null) {
            seeded = base;
        }
        note(whose);
    }

    /// Makes the rows that were created the initial state again.
    void back() {
        if (seeded != null) {
            base = seeded;
            seeded = null;
        }
    }

    Change change() throws SQLException {
        var now = read();
        var lost = new LinkedHashMap<Seed.Place, Party>();
        base.keySet().stream()
                .filter(place -> !now.containsKey(place) && parties.containsKey(place))
                .forEach(place -> lost.put(place, parties.get(place)));
        var made = new LinkedHashMap<Seed.Place, Row>();
        now.forEach((place, row) -> {
            if (!base.containsKey(place)) {
                made.put(place, row);
            }
        });
        return new Change(lost, made);
    }

    Relation table(Seed.Place place) {
        return tables().stream()
                .filter(table -> table.oid() == place.table())
                .findFirst()
                .orElseThrow();
    }

    private Map<Seed.Place, Row> read() throws SQLException {
        var rows = new HashMap<Seed.Place, Row>();
        if (tables().isEmpty()) {
            return rows;
        }
        var byOid = tables().stream().collect(Collectors.toMap(Relation::oid, table -> table));
        for (var row : arena.allRows(marks)) {
            var table = byOid.get(Long.parseLong(row.getFirst()));
            rows.put(new Seed.Place(table.oid(), row.get(1)), new Row(table, row.subList(2, row.size())));
        }
        return rows;
    }

    // --- whose ---------------------------------------------------------------------------------------------------

    /// The owner of a row, as far as its columns identify it.
    enum Whose {
        OWN,
        FOREIGN,
        NOBODYS,
        /// Some columns identify one tenant and some another, or somebody unknown to the probe.
        UNCLEAR
    }

    Whose whose(Row row) throws SQLException {
        var columns = marks.of(row.table);
        var found = new ArrayList<Party>();
        for (var i = 0; i < columns.size(); i++) {
            var value = row.marks.get(i);
            if (value != null) {
                groups.party(new Links.At(row.table.oid(), columns.get(i).number()), value)
                        .ifPresent(found::add);
            }
        }
        if (marks.isOwned(row.table) && row.marks.stream().allMatch(java.util.Objects::isNull)) {
            return Whose.NOBODYS;
        }
        var foreign = found.stream().anyMatch(Party::isForeign);
        var own = found.contains(Party.OWN);
        return foreign == own ? Whose.UNCLEAR : foreign ? Whose.FOREIGN : Whose.OWN;
    }

    /// A query of the place of each row, and whether its columns identify it as the other tenant's
    /// (`foreign`), nobody's (`nobody`), or neither.
    String query() throws SQLException {
        var all = new ArrayList<String>();
        for (var table : tables()) {
            all.add("select %s || ctid::text, %s from only %s"
                    .formatted(SqlText.quote(table.quoted() + " "), whose(table, Party.OWN), table.quoted()));
        }
        return String.join("\nunion all ", all);
    }

    /// Where rows lie that are not this tenant's, by their columns, and whether they are nobody's.
    Set<List<String>> notOf(Party home) throws SQLException {
        var all = new ArrayList<String>();
        for (var table : tables()) {
            all.add(("select array['%d', ctid::text, whose] from (select ctid, %s as whose from only %s) t"
                            + " where whose <> 'other'")
                    .formatted(table.oid(), whose(table, home), table.quoted()));
        }
        return all.isEmpty() ? Set.of() : Set.copyOf(arena.rows(String.join(" union all ", all)));
    }

    /// An expression over a row of the table: `nobody`, `foreign`, or `other`.
    ///
    /// @param home whose rows are not foreign
    private String whose(Relation table, Party home) throws SQLException {
        return "case when %s then 'nobody' when %s then 'foreign' else 'other' end"
                .formatted(isNobodys(table), isForeign(table, home));
    }

    /// A condition on a row of the table, which is never NULL: it is some other tenant's.
    String isForeign(Relation table, Party home) throws SQLException {
        var foreign = new ArrayList<String>();
        var own = new ArrayList<String>();
        for (var column : marks.of(table)) {
            var theirs = new ArrayList<String>();
            for (var party : Party.values()) {
                var value = groups.value(new Links.At(table.oid(), column.number()), party);
                if (party == home) {
                    value.ifPresent(text -> own.add(isOneOf(column, List.of(text))));
                } else if (party.isTenant()) {
                    value.ifPresent(theirs::add);
                }
            }
            if (!theirs.isEmpty()) {
                foreign.add(isOneOf(column, theirs));
            }
        }
        return marks.isOwned(table) ? any(foreign) : "(%s) and not (%s)".formatted(any(foreign), any(own));
    }

    private static String isOneOf(Column column, List<String> values) {
        return "coalesce(%s::text in (%s), false)"
                .formatted(column.quoted(), values.stream().map(SqlText::quote).collect(Collectors.joining(", ")));
    }

    /// A condition on a row of the table: it has no owner.
    String isNobodys(Relation table) {
        return marks.isOwned(table)
                ? marks.of(table).stream()
                        .map(column -> column.quoted() + " is null")
                        .collect(Collectors.joining(" and "))
                : "false";
    }

    private static String any(List<String> conditions) {
        return conditions.isEmpty() ? "false" : String.join(" or ", conditions);
    }

    /// A short description of a row.
    String described(Row row) {
        var columns = marks.of(row.table);
        return row.table.quoted()
                + IntStream.range(0, columns.size())
                        .mapToObj(i -> columns.get(i).quoted() + " " + row.marks.get(i))
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    /// The rows that this party had in the initial state.
    List<Seed.Place> of(Party party) {
        return parties.entrySet().stream()
                .filter(each -> each.getValue() == party)
                .map(Map.Entry::getKey)
                .toList();
    }
}
