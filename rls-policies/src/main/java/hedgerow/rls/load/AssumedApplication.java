package hedgerow.rls.load;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The role that uses the tables of the files, if they grant nothing to anybody: migrations rarely do.
///
/// The roles that the files know, or otherwise a login of our own, may then read and write every table, as
/// applications may. Otherwise no hole would be in reach, and the review would pass whatever the files
/// contain.
final class AssumedApplication {

    /// The query for a free name; the files may have made the first name an owner or a superuser.
    private static final String FREE_NAME = """
        select name from unnest(array['application', 'assumed_application', 'hedgerow_application']) name
         where name not in (select rolname from pg_roles)
         limit 1
        """;

    private static final String SYSTEM_SCHEMA = "'^(pg_|information_schema$)'";

    private static final String NOTHING_IS_GRANTED = """
        select exists (select from pg_class where %1$s)
           and not exists (select from pg_class rel, aclexplode(relacl) acl where %1$s and acl.grantee <> relowner)
           and not exists (select from pg_class rel join pg_attribute att on attrelid = rel.oid
                            where %1$s and attacl is not null)
        """.formatted(
                    "relkind in ('r', 'p', 'v', 'm', 'f') and relnamespace::regnamespace::text !~ " + SYSTEM_SCHEMA);

    private static final String KNOWN_ROLES = """
        select quote_ident(rolname)
          from pg_roles rol
         where not rolsuper and not rolbypassrls and rolname !~ '^pg_'
           and not exists (select from pg_class where relowner = rol.oid)
         order by rolname
        """;

    private static final String SCHEMAS =
            "select quote_ident(nspname) from pg_namespace where nspname !~ %s order by nspname"
                    .formatted(SYSTEM_SCHEMA);

    private AssumedApplication() {}

    static void assume(Connection admin, Notes notes) throws SQLException {
        if (!strings(admin, NOTHING_IS_GRANTED).equals(List.of("t"))) {
            return;
        }
        var roles = strings(admin, KNOWN_ROLES);
        if (roles.isEmpty()) {
            roles = strings(admin, FREE_NAME);
            Sandbox.execute(admin, "create role %s login".formatted(roles.getFirst()));
        }
        var names = String.join(", ", roles);
        for (var schema : strings(admin, SCHEMAS)) {
            Sandbox.execute(admin, "grant usage on schema %s to %s".formatted(schema, names));
            Sandbox.execute(
                    admin,
                    "grant select, insert, update, delete on all tables in schema %s to %s".formatted(schema, names));
        }
        notes.assume(
                "the files grant nothing on tables; %s may read and write them all, and owns none".formatted(names));
    }

    private static List<String> strings(Connection admin, String sql) throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = admin.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
