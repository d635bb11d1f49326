package hedgerow.server;

import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.http.Log;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// Whether requests can be answered. It queries the database as requests do, bound and under row security,
/// and notices when somebody has changed the settings of the service's login, as injected SQL can. The log
/// has the reason, once.
final class Readiness implements BooleanSupplier {

    /// The query for the settings of the current login, for all databases and for this one, as
    /// `name=value`.
    static final String LOGIN_SETTINGS = """
        select setting
          from pg_catalog.pg_db_role_setting given
          join pg_catalog.pg_roles role on role.oid = given.setrole and role.rolname = session_user
         cross join unnest(given.setconfig) setting
         where given.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
         order by setting
        """;

    /// The query of a fenced table: no row without a tenant, but an error if row security were off.
    private static final String QUESTION =
            "select setting from (%s) settings where not exists (select from app.customer)".formatted(LOGIN_SETTINGS);

    private final TenantDataSource bound;
    private final List<String> expected;
    private final AtomicReference<String> reason = new AtomicReference<>("");

    /// A readiness check.
    ///
    /// @param expected the settings of the login when the service started
    Readiness(TenantDataSource bound, List<String> expected) {
        this.bound = bound;
        this.expected = List.copyOf(expected);
    }

    @Override
    public boolean getAsBoolean() {
        var now = reason();
        if (!reason.getAndSet(now).equals(now)) {
            if (now.isEmpty()) {
                Log.write(Level.INFO, "ready again", Map.of());
            } else {
                Log.write(Level.ERROR, "not ready", Map.of("reason", now));
            }
        }
        return now.isEmpty();
    }

    /// The reason why it is not ready; empty if it is.
    private String reason() {
        try {
            var changed = new ArrayList<>(loginSettings());
            var lost = new ArrayList<>(expected);
            lost.removeAll(changed);
            changed.removeAll(expected);
            changed.addAll(lost);
            return changed.isEmpty()
                    ? ""
                    : ("somebody has changed the settings of the service's login (%s): find out who, and undo it with"
                                    + " `alter role ... reset`; a restart accepts them")
                            .formatted(String.join(
                                    ", ",
                                    changed.stream()
                                            .map(Readiness::name)
                                            .distinct()
                                            .toList()));
        } catch (SQLException e) {
            return "the database refuses the statement that begins every request, SQLSTATE " + e.getSQLState();
        }
    }

    private List<String> loginSettings() throws SQLException {
        try (var connection = bound.getConnection(Tenant.without("system:sign-in", false));
                var statement = connection.createStatement();
                var rows = statement.executeQuery(QUESTION)) {
            var settings = new ArrayList<String>();
            while (rows.next()) {
                settings.add(rows.getString(1));
            }
            return settings;
        }
    }

    static String name(String setting) {
        return setting.replaceFirst("=.*", "");
    }
}
