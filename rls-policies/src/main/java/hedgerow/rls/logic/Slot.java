package hedgerow.rls.logic;

import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/// A row that may exist, or is about to be created.
public final class Slot implements Fields {

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

    /// The term that is true if the row exists.
    public String present() {
        return present;
    }

    /// The number of sub-selects between it and the row of the question.
    int depth() {
        return depth;
    }

    /// The value of a column, which is created on first use.
    public Encoded column(int number) {
        var column = known.get(number);
        if (column == null) {
            column = columns.apply(number);
            known.put(number, column);
        }
        return column;
    }

    @Override
    public Encoded column(Expr.Column column) {
        return column(column.number());
    }

    /// The columns in use, by number.
    public Map<Integer, Encoded> columns() {
        return known;
    }
}
