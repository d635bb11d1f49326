package hedgerow.rls.why;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The names of the settings that ALTER ROLE stores for a role. Their values may be secrets.
final class Stored {

    private static final String SETTINGS = """
        select distinct split_part(setting, '=', 1)
          from pg_catalog.pg_db_role_setting stored
          join pg_catalog.pg_roles role on role.oid = stored.setrole
         cross join unnest(stored.setconfig) setting
         where role.rolname = ?
           and stored.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
         order by 1
        """;

    private Stored() {}

    static List<String> of(String role, Connection connection) throws SQLException {
        var names = new ArrayList<String>();
        try (var statement = connection.prepareStatement(SETTINGS)) {
            statement.setString(1, role);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }
}
