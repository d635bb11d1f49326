package hedgerow.rls.logic;

import hedgerow.rls.catalog.Relation;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/// A row that may be there, or is about to be.
public final class Slot {

    private final Relation table;
    private final String present;
    private final int depth;
    private final IntFunction<Encoded> columns;
    private final Map<Integer, Encoded> known = new TreeMap<>();

    Slot(Relation table, String present, int depth, BiFunction<Relation, Integer, Encoded> columns) {
        this.table = table;
        this.present = present;
        this.depth = depth;
        this.columns = number -> columns.apply(table, number);
    }

    public Relation table() {
        return table;
    }

    /// The term that says whether it is there.
    public String present() {
        return present;
    }

    /// How many sub-selects it is away from the row that the question is about.
    int depth() {
        return depth;
    }

    /// A value that nobody asks for costs nothing.
    public Encoded column(int number) {
        var column = known.get(number);
        if (column == null) {
            column = columns.apply(number);
            known.put(number, column);
        }
        return column;
    }

    /// Those that were asked for, by number.
    public Map<Integer, Encoded> columns() {
        return known;
    }
}
