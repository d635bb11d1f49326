package hedgerow.rls.bind;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// The statements sent before an application statement, and whether a commit follows it.
///
/// There are few of them. They are numbered, so that the text around each statement is built once.
///
/// @param number its place among all preambles of a data source
/// @param statements those sent before, in order; the bind call is the last, if there is one
/// @param binds whether the last of them is the bind call
/// @param commits whether the pipeline is a transaction of its own
record Preamble(int number, List<String> statements, boolean binds, boolean commits) {

    static final String COMMIT = "\n;commit";
    static final int COUNT = 41;

    /// The empty preamble, inside a bound transaction.
    static final Preamble NOTHING = new Preamble(40, List.of(), false, false);

    /// All preambles, in their order.
    static Preamble[] all(BindCall call) {
        var all = new Preamble[COUNT - 1];
        for (var number = 0; number < all.length; number++) {
            all[number] = new Preamble(number, statements(number, call), (number & 1) == 0, (number & 4) == 0);
        }
        return all;
    }

    /// The number of a preamble.
    ///
    /// @param isolation one of JDBC's levels, or 0 for the default
    static int number(int isolation, boolean transaction, boolean readOnly, boolean none) {
        var level = isolation == 0 ? 0 : Integer.numberOfTrailingZeros(isolation) + 1;
        return level << 3 | (transaction ? 4 : 0) | (readOnly ? 2 : 0) | (none ? 1 : 0);
    }

    private static List<String> statements(int number, BindCall call) {
        var statements = new ArrayList<String>();
        var modes = modes(number >> 3, (number & 2) != 0);
        if ((number & 4) == 0) {
            statements.add("begin" + modes);
        } else if (!modes.isEmpty()) {
            statements.add("set transaction" + modes);
        }
        statements.addAll((number & 1) == 0 ? List.of(call.sql()) : call.blank());
        return List.copyOf(statements);
    }

    private static String modes(int level, boolean readOnly) {
        var isolation = switch (level == 0 ? 0 : 1 << (level - 1)) {
            case 0 -> "";
            case Connection.TRANSACTION_READ_UNCOMMITTED -> " isolation level read uncommitted";
            case Connection.TRANSACTION_READ_COMMITTED -> " isolation level read committed";
            case Connection.TRANSACTION_REPEATABLE_READ -> " isolation level repeatable read";
            case Connection.TRANSACTION_SERIALIZABLE -> " isolation level serializable";
            default -> throw new IllegalArgumentException("There is no isolation level with the number " + level + ".");
        };
        return readOnly ? isolation + " read only" : isolation;
    }

    String around(String... texts) {
        // A newline ends a comment at the end of a statement.
        var pipeline = new StringJoiner("\n;", "", commits ? COMMIT : "");
        statements.forEach(pipeline::add);
        for (var text : texts) {
            pipeline.add(text);
        }
        return pipeline.toString();
    }

    /// The text of the preamble alone.
    String alone() {
        return String.join(";", statements);
    }

    boolean isEmpty() {
        return statements.isEmpty();
    }
}
