package hedgerow.rls.logic;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.implies;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ServerValues;
import hedgerow.rls.expr.Value;
import hedgerow.rls.smt.Terms;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An [Encoding] without freedom: every row of the database is a slot with fixed columns, there are no
/// others, and the session is fixed.
final class PinnedRows {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Encoding encoding;
    private final Session session;
    private final Map<Map<Integer, Value>, Slot> slots = new HashMap<>();

    /// An encoding of known rows.
    ///
    /// @param rows by table, and by number of the column
    /// @param settings null if they are not set
    PinnedRows(Model model, Map<Long, List<Map<Integer, Value>>> rows, Map<String, String> settings, long role) {
        this.encoding = new Encoding(model, false);
        this.session = Session.of("s", role);
        pin(encoding, session, settings);
        rows.forEach((oid, some) -> {
            var table = model.catalog().relation(oid).orElseThrow();
            some.forEach(row -> slots.put(row, pinned(encoding.there(table), row)));
            encoding.forAll(List.of(oid), found -> isOneOf(found.getFirst(), some));
        });
    }

    /// The rows of a table, in the order of their creation.
    static List<Map<Integer, Value>> read(Connection connection, Relation table) throws SQLException {
        try (var statement = connection.createStatement();
                var found = statement.executeQuery("select * from %s order by ctid".formatted(table.quoted()))) {
            var rows = new ArrayList<Map<Integer, Value>>();
            while (found.next()) {
                var row = new TreeMap<Integer, Value>();
                for (var column : table.columns()) {
                    row.put(column.number(), ServerValues.value(found, column.number()));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    static void pin(Encoding encoding, Session session, Map<String, String> settings) {
        settings.forEach((name, value) -> {
            var input = encoding.input(session, new Input.Setting(name));
            encoding.script().require(value == null ? input.isNull() : input.same(encoding.textValue(value)));
        });
    }

    /// The formula that a row has these values.
    static String hasValues(Encoding encoding, Session session, Slot slot, Map<Integer, Value> row) {
        var parts = new ArrayList<String>();
        row.forEach((number, value) -> {
            var type = slot.table().column((long) number).orElseThrow().type();
            var constant = new Expr.Constant(value, "", type);
            parts.add(slot.column(number).same(encoding.value(constant, Place.of(session))));
        });
        return and(parts);
    }

    private Slot pinned(Slot slot, Map<Integer, Value> row) {
        encoding.script().require(hasValues(encoding, session, slot, row));
        return slot;
    }

    private void isOneOf(Slot slot, List<Map<Integer, Value>> rows) {
        if (!slots.containsValue(slot)) {
            var any = or(rows.stream()
                    .map(row -> hasValues(encoding, session, slot, row))
                    .toList());
            encoding.script().require(implies(slot.present(), any));
        }
    }

    /// The formula that a row passes a gate; a written row is not one of the existing rows.
    String passes(Relation table, Map<Integer, Value> row, Gate gate) {
        var slot = gate.written() ? pinned(encoding.written(table), row) : slots.get(row);
        return encoding.passes(slot, session, gate);
    }

    Search.Found search(String formula) {
        return search(encoding, formula);
    }

    /// Whether a formula can hold.
    ///
    /// @return [Search.Found#CANDIDATE] only if that does not depend on anything unmodelled
    static Search.Found search(Encoding encoding, String formula) {
        if (formula.equals(Terms.FALSE)) {
            return Search.Found.NOTHING;
        }
        encoding.script().require(formula);
        var found = new Search(encoding, PATIENCE, false).run();
        return found == Search.Found.CANDIDATE && !encoding.loose().isEmpty() ? Search.Found.UNDECIDED : found;
    }
}
