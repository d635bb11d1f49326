package hedgerow.rls.why;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The columns of a table, and the values of one row in those that can be read.
record KnownRow(List<Column> columns) {

    private static final String COLUMNS = """
        select quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
               a.attgenerated <> '', a.attidentity = 'a',
               exists (select from pg_catalog.pg_index i
                        where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)),
               exists (select from pg_catalog.pg_index i
                        where i.indrelid = a.attrelid and a.attnum = any (i.indkey)),
               exists (select from pg_catalog.pg_depend d
                         join pg_catalog.pg_policy p on p.oid = d.objid and p.polrelid = a.attrelid
                        where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_class'::regclass
                          and d.refobjid = a.attrelid and d.refobjsubid = a.attnum)
          from pg_catalog.pg_attribute a
         where a.attrelid = cast(? as bigint) and a.attnum > 0 and not a.attisdropped
         order by a.attnum
        """;

    /// A column, and its value in one row.
    ///
    /// @param name quoted where SQL needs it
    /// @param generated whether it is computed from other columns
    /// @param always whether it is an identity that nobody sets
    /// @param key whether it is part of the primary key
    /// @param indexed whether it is part of any index
    /// @param asked whether a policy reads it
    /// @param value as text; empty if it is NULL, or not read
    /// @param read whether the value is known
    record Column(
            String name,
            String type,
            boolean generated,
            boolean always,
            boolean key,
            boolean indexed,
            boolean asked,
            boolean read,
            Optional<String> value) {}

    static KnownRow of(Table table, Connection connection, Evaluation evaluation) throws SQLException {
        var columns = new ArrayList<Column>();
        try (var statement = connection.prepareStatement(COLUMNS)) {
            Table.set(statement, List.of(Long.toString(table.oid())));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(new Column(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getBoolean(3),
                            rows.getBoolean(4),
                            rows.getBoolean(5),
                            rows.getBoolean(6),
                            rows.getBoolean(7),
                            false,
                            Optional.empty()));
                }
            }
        }
        var values = evaluation.each(columns.stream()
                .map(column -> table.alias() + "." + column.name)
                .toList());
        for (var i = 0; i < columns.size(); i++) {
            var each = columns.get(i);
            columns.set(
                    i,
                    new Column(
                            each.name,
                            each.type,
                            each.generated,
                            each.always,
                            each.key,
                            each.indexed,
                            each.asked,
                            values.get(i).failure().isEmpty(),
                            values.get(i).text()));
        }
        return new KnownRow(List.copyOf(columns));
    }

    /// The key of the row, and the columns that policies mention.
    ///
    /// @param policies their expressions
    Map<String, String> shown(List<String> policies) {
        var shown = new LinkedHashMap<String, String>();
        columns.stream()
                .filter(column -> column.read && (column.key || column.asked))
                .forEach(column ->
                        shown.put(column.name, Secrets.shown(Secrets.isSecret(column.name, policies), column.value)));
        return shown;
    }
}
