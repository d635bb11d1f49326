package hedgerow.rls.review;

import hedgerow.rls.logic.Settings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Computes the settings that rules read by `current_setting('hedgerow...')`, for the rest of the caller's
/// transaction.
final class SettingsReader {

    /// The settings of the transaction. Nothing in the database under review may shadow the functions that
    /// rules call, so that `format` is pg_catalog's.
    private static final String SESSION = "set local search_path = pg_catalog, pg_temp; set local jit = off";

    private static final String SCHEMA = "to_regnamespace(quote_ident(name))";
    private static final String ROLE = "to_regrole(quote_ident(name))";

    /// The query for a table by its name; `to_regclass` would need USAGE on the schema.
    private static final String TABLE = """
        (select rel.oid
           from pg_class rel
           join pg_namespace nsp on nsp.oid = rel.relnamespace
          where array[nsp.nspname, rel.relname]::text[] = parse_ident(name))\
        """;

    private static final String READ = """
        select current_setting('hedgerow.schemas')::text[]        as schemas,
               current_setting('hedgerow.subjects')::oid[]        as subjects,
               current_setting('hedgerow.logins')::oid[]          as logins,
               current_setting('hedgerow.api_roles')::oid[]       as api_roles,
               current_setting('hedgerow.tenant_columns')::text[] as tenant_columns,
               current_setting('hedgerow.tenant_tables')::oid[]   as tenant_tables,
               current_setting('hedgerow.shared_tables')::oid[]   as shared_tables,
               current_setting('hedgerow.variables')::text[]      as variables
        """;

    private final Connection connection;
    private final RuleCatalog rules;

    SettingsReader(Connection connection, RuleCatalog rules) {
        this.connection = connection;
        this.rules = rules;
    }

    /// Computes the settings.
    ///
    /// @throws ConfigProblem if `config` names objects that are not in the database
    Settings read(Config config) throws SQLException {
        execute(SESSION);
        configure(config);
        infer();
        return settings();
    }

    // --- what is configured --------------------------------------------------------------------------------------

    private void configure(Config config) throws SQLException {
        var problems = new ArrayList<String>();
        problems.addAll(missing("schema", SCHEMA, config.schemas()));
        problems.addAll(missing("role", ROLE, config.loginRoles()));
        problems.addAll(missing("table", TABLE, config.sharedTables()));
        if (!problems.isEmpty()) {
            throw new ConfigProblem(problems);
        }
        set("schemas", "name", config.schemas());
        set("ignored_schemas", "name", config.ignoredSchemas());
        set("logins", ROLE + "::oid", config.loginRoles());
        set("platform_logins", "name", config.platformLogins());
        set("shared_tables", TABLE, config.sharedTables());
        set("tenant_columns", "name", config.tenantColumns());
        set(
                "variables",
                "name",
                config.tenantVariables().keySet().stream().sorted().toList());
    }

    private List<String> missing(String what, String lookup, List<String> wanted) throws SQLException {
        var missing = new ArrayList<String>();
        for (var name : wanted) {
            if (!exists(lookup, name)) {
                missing.add("there is no %s %s in this database".formatted(what, name));
            }
        }
        return missing;
    }

    private boolean exists(String lookup, String name) throws SQLException {
        var before = connection.setSavepoint();
        var sql = "select %s is not null from (values (?)) given (name)".formatted(lookup);
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (var row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        } catch (SQLException e) {
            connection.rollback(before); // it is not even a valid table name
            return false;
        }
    }

    /// Stores a list by SET, because EXECUTE on set_config may be revoked.
    private void set(String setting, String value, List<String> names) throws SQLException {
        if (names.isEmpty()) {
            return;
        }
        var sql =
                "select format('set local %%s = %%L', ?, array(select %s from unnest(?) name)::text)".formatted(value);
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, "hedgerow." + setting);
            statement.setArray(2, connection.createArrayOf("text", names.toArray()));
            run(statement.executeQuery());
        }
    }

    // --- what is inferred ----------------------------------------------------------------------------------------

    private void infer() throws SQLException {
        try (var statement = connection.createStatement()) {
            run(statement.executeQuery(rules.settings()));
        }
    }

    /// Executes the statements that a query returned.
    private void run(ResultSet rows) throws SQLException {
        var assignments = new ArrayList<String>();
        while (rows.next()) {
            assignments.add(rows.getString(1));
        }
        execute(String.join(";", assignments));
    }

    private Settings settings() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(READ)) {
            row.next();
            return new Settings(
                    Set.copyOf(list(row, "schemas", String.class)),
                    Set.copyOf(list(row, "subjects", Long.class)),
                    Set.copyOf(list(row, "logins", Long.class)),
                    Set.copyOf(list(row, "api_roles", Long.class)),
                    list(row, "tenant_columns", String.class),
                    Set.copyOf(list(row, "tenant_tables", Long.class)),
                    Set.copyOf(list(row, "shared_tables", Long.class)),
                    list(row, "variables", String.class));
        }
    }

    private static <T> List<T> list(ResultSet row, String setting, Class<T> type) throws SQLException {
        return Stream.of((Object[]) row.getArray(setting).getArray())
                .map(type::cast)
                .toList();
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
