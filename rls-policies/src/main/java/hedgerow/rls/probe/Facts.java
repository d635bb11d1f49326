package hedgerow.rls.probe;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The conditions that rows must meet, as SQL, and the composition of types.
final class Facts {

    /// A condition on rows of a table.
    ///
    /// @param columns numbers; empty if it is about none of its own
    record Check(String name, String sql, List<Integer> columns) {}

    private static final String CHECKS = """
        select conrelid::bigint, conname, pg_catalog.pg_get_expr(conbin, conrelid),
               coalesce(conkey, '{}')::int[]
          from pg_catalog.pg_constraint where contype = 'c' and conrelid <> 0
        union all
        select c.oid::bigint, 'partition', pg_catalog.pg_get_partition_constraintdef(c.oid),
               (select array_agg(attnum::int) from pg_catalog.pg_attribute a where a.attrelid = c.oid and attnum > 0
                   and position(pg_catalog.quote_ident(attname)
                                in pg_catalog.pg_get_partition_constraintdef(c.oid)) > 0)
          from pg_catalog.pg_class c where relispartition and relkind = 'r'
           and pg_catalog.pg_get_partition_constraintdef(c.oid) is not null
        """;

    private static final String DOMAIN_CHECKS = """
        select contypid::bigint, conname, pg_catalog.pg_get_expr(conbin, 0), '{}'::int[]
          from pg_catalog.pg_constraint where contype = 'c' and contypid <> 0
        """;

    private static final String DEFAULTS = """
        select adrelid::bigint, adnum::int, pg_catalog.pg_get_expr(adbin, adrelid)
          from pg_catalog.pg_attrdef join pg_catalog.pg_attribute on attrelid = adrelid and attnum = adnum
         where attgenerated = ''
        """;

    private static final String LABELS =
            "select enumtypid::bigint, enumlabel from pg_catalog.pg_enum order by enumtypid, enumsortorder";

    private static final String FIELDS = """
        select t.oid::bigint, a.atttypid::bigint
          from pg_catalog.pg_type t join pg_catalog.pg_attribute a on a.attrelid = t.typrelid
         where t.typtype = 'c' and a.attnum > 0 and not a.attisdropped
         order by t.oid, a.attnum
        """;

    private static final String RANGES = """
        select rngtypid::bigint, rngsubtype::bigint from pg_catalog.pg_range
        union all
        select rngmultitypid::bigint, rngtypid::bigint from pg_catalog.pg_range where rngmultitypid <> 0
        """;

    private static final String VIEWS = """
        select pg_catalog.pg_get_viewdef(oid) from pg_catalog.pg_class
         where relkind in ('v', 'm') and relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
        """;

    private final List<String> views = new ArrayList<>();
    private final Map<Long, List<Check>> checks;
    private final Map<Long, List<Check>> domains;
    private final Map<Links.At, String> defaults = new HashMap<>();
    private final Map<Long, List<String>> labels = new HashMap<>();
    private final Map<Long, List<Long>> fields = new HashMap<>();
    private final Map<Long, Long> ranges = new HashMap<>();

    /// Reads them with all names qualified, because the session that makes rows finds none by its search path.
    ///
    /// @param connection in a transaction
    Facts(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set local search_path = pg_catalog, pg_temp");
        }
        checks = checks(connection, CHECKS);
        domains = checks(connection, DOMAIN_CHECKS);
        try (var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery(DEFAULTS)) {
                while (rows.next()) {
                    defaults.put(new Links.At(rows.getLong(1), rows.getInt(2)), rows.getString(3));
                }
            }
            try (var rows = statement.executeQuery(LABELS)) {
                while (rows.next()) {
                    labels.computeIfAbsent(rows.getLong(1), _ -> new ArrayList<>())
                            .add(rows.getString(2));
                }
            }
            try (var rows = statement.executeQuery(FIELDS)) {
                while (rows.next()) {
                    fields.computeIfAbsent(rows.getLong(1), _ -> new ArrayList<>())
                            .add(rows.getLong(2));
                }
            }
            try (var rows = statement.executeQuery(RANGES)) {
                while (rows.next()) {
                    ranges.put(rows.getLong(1), rows.getLong(2));
                }
            }
            try (var rows = statement.executeQuery(VIEWS)) {
                while (rows.next()) {
                    views.add(rows.getString(1));
                }
            }
        }
    }

    private static Map<Long, List<Check>> checks(Connection connection, String sql) throws SQLException {
        var checks = new HashMap<Long, List<Check>>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                var columns = rows.getArray(4) == null
                        ? List.<Integer>of()
                        : Arrays.asList((Integer[]) rows.getArray(4).getArray());
                checks.computeIfAbsent(rows.getLong(1), _ -> new ArrayList<>())
                        .add(new Check(rows.getString(2), rows.getString(3), columns));
            }
        }
        return checks;
    }

    List<Check> checks(long table) {
        return checks.getOrDefault(table, List.of());
    }

    /// The conditions of a domain on `VALUE`.
    List<Check> ofDomain(long type) {
        return domains.getOrDefault(type, List.of());
    }

    Optional<String> defaultOf(Links.At column) {
        return Optional.ofNullable(defaults.get(column));
    }

    List<String> labels(long type) {
        return labels.getOrDefault(type, List.of());
    }

    List<Long> fields(long type) {
        return fields.getOrDefault(type, List.of());
    }

    /// The queries of all views.
    List<String> views() {
        return views;
    }

    /// The element type of a range, or the range type of a multirange.
    Optional<Long> over(long type) {
        return Optional.ofNullable(ranges.get(type));
    }
}
