package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
    record Row(Relation table, List<String> marks) {}

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
    private final Links links;
    private final GroupValues groups;
    private final List<Relation> tables;
    private final Map<Long, List<Column>> marks = new HashMap<>();
    private final Set<Long> owned = new HashSet<>();
    private final Map<Seed.Place, Party> parties = new HashMap<>();
    private Map<Seed.Place, Row> base = Map.of();
    private Map<Seed.Place, Row> seeded;

    Truth(Arena arena, Ground ground, GroupValues groups) {
        var tenancy = ground.tenancy();
        this.arena = arena;
        this.links = ground.links();
        this.groups = groups;
        this.tables = ground.ownership().owned();
        for (var table : tables) {
            var owner = tenancy.owner(table);
            owner.ifPresent(_ -> owned.add(table.oid()));
            marks.put(
                    table.oid(),
                    owner.isPresent()
                            ? table.column((long) owner.get().column()).stream().toList()
                            : table.columns().stream()
                                    .filter(column -> isMark(table, column))
                                    .toList());
        }
    }

    private boolean isMark(Relation table, Column column) {
        var at = new Links.At(table.oid(), column.number());
        return links.isLinked(at) && !groups.isShared(at);
    }

    /// The owner columns of a table.
    Set<Integer> owners(Relation table) {
        return owned.contains(table.oid())
                ? marks.get(table.oid()).stream().map(Column::number).collect(Collectors.toSet())
                : Set.of();
    }

    List<Relation> tables() {
        return tables;
    }

    /// Forgets all rows that were made.
    void forget() {
        parties.clear();
        base = Map.of();
    }

    /// Assigns the new rows to this party; empty for rows that existed before.
    void note(Optional<Party> party) throws SQLException {
        var now = read();
        party.ifPresent(whose -> now.keySet().stream()
                .filter(place -> !base.containsKey(place))
                .forEach(place -> parties.put(place, whose)));
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
        return tables.stream()
                .filter(table -> table.oid() == place.table())
                .findFirst()
                .orElseThrow();
    }

    private Map<Seed.Place, Row> read() throws SQLException {
        var rows = new HashMap<Seed.Place, Row>();
        if (tables.isEmpty()) {
            return rows;
        }
        var byOid = tables.stream().collect(Collectors.toMap(Relation::oid, table -> table));
        for (var row : arena.rows(tables.stream().map(this::query).collect(Collectors.joining(" union all ")))) {
            var table = byOid.get(Long.parseLong(row.getFirst()));
            rows.put(new Seed.Place(table.oid(), row.get(1)), new Row(table, row.subList(2, row.size())));
        }
        return rows;
    }

    private String query(Relation table) {
        var columns = marks.get(table.oid()).stream()
                .map(column -> ", %s::text".formatted(column.quoted()))
                .collect(Collectors.joining());
        return "select array['%d', ctid::text%s] from only %s".formatted(table.oid(), columns, table.quoted());
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
        var columns = marks.get(row.table.oid());
        var found = new ArrayList<Party>();
        for (var i = 0; i < columns.size(); i++) {
            var value = row.marks.get(i);
            if (value != null) {
                groups.party(new Links.At(row.table.oid(), columns.get(i).number()), value)
                        .ifPresent(found::add);
            }
        }
        if (owned.contains(row.table.oid()) && row.marks.stream().allMatch(java.util.Objects::isNull)) {
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
        for (var table : tables) {
            all.add("select %s || ctid::text, %s from only %s"
                    .formatted(SqlText.quote(table.quoted() + " "), whose(table), table.quoted()));
        }
        return String.join("\nunion all ", all);
    }

    private String whose(Relation table) throws SQLException {
        var foreign = new ArrayList<String>();
        var own = new ArrayList<String>();
        for (var column : marks.get(table.oid())) {
            for (var party : Party.values()) {
                var to = party == Party.OWN ? own : party.isForeign() ? foreign : new ArrayList<String>();
                groups.value(new Links.At(table.oid(), column.number()), party)
                        .ifPresent(value -> to.add(
                                "coalesce(%s::text = %s, false)".formatted(column.quoted(), SqlText.quote(value))));
            }
        }
        var nobody = owned.contains(table.oid())
                ? marks.get(table.oid()).stream()
                        .map(column -> column.quoted() + " is null")
                        .collect(Collectors.joining(" and "))
                : "false";
        return "case when %s then 'nobody' when (%s) and not (%s) then 'foreign' else 'other' end"
                .formatted(nobody, any(foreign), any(own));
    }

    private static String any(List<String> conditions) {
        return conditions.isEmpty() ? "false" : String.join(" or ", conditions);
    }

    /// A short description of a row.
    String described(Row row) {
        var columns = marks.get(row.table.oid());
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
