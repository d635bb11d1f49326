package hedgerow.rls.body;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The meaning of a name in a body.
sealed interface Named {

    /// The SQL for the name, in terms of `$n`.
    String text();

    /// A variable by its number.
    record Scalar(int variable) implements Named {
        @Override
        public String text() {
            return "$" + variable;
        }
    }

    /// A variable of several fields, each of which is a variable too.
    ///
    /// @param rowType in SQL syntax; empty for RECORD, which gets its fields from the queries that fill it
    /// @param condition in SQL: whether there is a row; otherwise the whole is NULL
    /// @param given number of the variable in `condition`, 0 for NEW and OLD
    /// @param fields numbers by name, in order
    record Composite(Optional<String> rowType, String condition, int given, Map<String, Integer> fields)
            implements Named {

        static Composite of(Optional<String> rowType, int given) {
            return new Composite(rowType, "$" + given, given, new LinkedHashMap<>());
        }

        List<Integer> variables() {
            return List.copyOf(fields.values());
        }

        @Override
        public String text() {
            var row = fields.values().stream().map(field -> "$" + field).collect(Collectors.joining(", "));
            return rowType.map(type -> "(case when %s then row(%s)::%s end)".formatted(condition, row, type))
                    .orElseGet(() -> "(select hedgerow_row from (select %s) hedgerow_row where %s)"
                            .formatted(columns(), condition));
        }

        /// The fields as a list of targets.
        String columns() {
            return fields.entrySet().stream()
                    .map(field -> "$%d as %s".formatted(field.getValue(), quoted(field.getKey())))
                    .collect(Collectors.joining(", "));
        }
    }

    static String quoted(String name) {
        return "\"%s\"".formatted(name.replace("\"", "\"\""));
    }
}
