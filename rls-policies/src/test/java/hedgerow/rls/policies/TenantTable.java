package hedgerow.rls.policies;

import hedgerow.sql.NamedTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A table whose rows belong to a tenant, as the catalog shows it.
///
/// @param tenantColumn `organization_id`, or `id` of `organization` itself
/// @param mode the values of a row's `livemode`: it may be absent, or null for rows of both modes
record TenantTable(String name, String tenantColumn, Mode mode) {

    enum Mode {
        ABSENT,
        NULLABLE,
        REQUIRED
    }

    private static final String TABLES = """
        select rel.relname, rel.relname = 'organization' as root,
               coalesce(max(case when att.attname <> 'livemode' then 0 when att.attnotnull then 2 else 1 end), 0)
                   as mode
          from pg_class rel
          join pg_attribute att on att.attrelid = rel.oid and att.attnum > 0 and not att.attisdropped
         where rel.relnamespace = 'app'::regnamespace and rel.relkind in ('r', 'p')
         group by rel.oid, rel.relname
        having rel.relname = 'organization' or bool_or(att.attname = 'organization_id')
         order by rel.relname
        """;

    static List<TenantTable> read(Connection admin) throws SQLException {
        List<TenantTable> tables = new ArrayList<>();
        try (var statement = admin.createStatement();
                var rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                tables.add(new TenantTable(
                        rows.getString("relname"),
                        rows.getBoolean("root") ? "id" : "organization_id",
                        Mode.values()[rows.getInt("mode")]));
            }
        }
        return tables;
    }

    String qualified() {
        return "app." + name;
    }

    /// The condition that picks the rows of one tenant in one mode.
    String of(NamedTenant tenant, boolean live) {
        return tenantColumn + " = '" + tenant.id() + "'"
                + switch (mode) {
                    case ABSENT -> "";
                    case NULLABLE -> " and (livemode is null or livemode = " + live + ")";
                    case REQUIRED -> " and livemode = " + live;
                };
    }
}
