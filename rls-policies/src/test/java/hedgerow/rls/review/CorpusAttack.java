package hedgerow.rls.review;

import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.load.Preset;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/// Runs the attack scripts of a corpus case on one of its schemas.
///
/// A script runs after its schema, in the same transaction, which is rolled back. A script with `\connect -
/// login` runs in a database of its own instead, and logs in, because only a login gets the settings stored
/// for a role.
final class CorpusAttack {

    static final Pattern CONNECT = Pattern.compile("(?m)^\\\\connect - (\\w+)$");

    /// The SQLSTATE classes of refusals: privilege, policy or missing object; constraint; check option;
    /// value of another type; a function's own refusal.
    private static final Set<String> REFUSALS = Set.of("42", "23", "44", "22", "P0");

    private final HedgerowDatabase database;
    private final String schema;

    private CorpusAttack(HedgerowDatabase database, String schema) {
        this.database = database;
        this.schema = schema;
    }

    /// Whether each script of the case whose name begins with `prefix` achieves its aim, by claim.
    static Map<String, Boolean> seen(HedgerowDatabase database, CorpusCase each, String schema, String prefix)
            throws SQLException, IOException {
        var scripts = each.scripts(prefix);
        if (scripts.isEmpty()) {
            return Map.of();
        }
        return each.preset().isPresent()
                ? seenOnPreset(each.preset().get(), each.file(schema), "", scripts)
                : new CorpusAttack(database, Files.readString(each.file(schema))).seen(scripts);
    }

    /// Runs the scripts on a schema after some further statements.
    static Map<String, Boolean> seenAfter(HedgerowDatabase database, CorpusCase each, String schema, String more)
            throws SQLException, IOException {
        var scripts = each.scripts("attack-");
        return each.preset().isPresent()
                ? seenOnPreset(each.preset().get(), each.file(schema), more, scripts)
                : new CorpusAttack(database, Files.readString(each.file(schema)) + ";\n" + more).seen(scripts);
    }

    private static Map<String, Boolean> seenOnPreset(Preset preset, Path schema, String more, Map<String, Path> scripts)
            throws SQLException, IOException {
        var seen = new TreeMap<String, Boolean>();
        try (var loaded =
                LoadedDatabase.load(List.of(schema), EmbeddedPostgres.USUAL, Optional.of(preset), List.of(), _ -> {})) {
            var connection = loaded.connection();
            run(connection, more);
            connection.setAutoCommit(false);
            for (var script : scripts.entrySet()) {
                seen.put(script.getKey(), isSeen(connection, Files.readString(script.getValue())));
                connection.rollback();
            }
        }
        return seen;
    }

    private Map<String, Boolean> seen(Map<String, Path> scripts) throws SQLException, IOException {
        var seen = new TreeMap<String, Boolean>();
        for (var entry : scripts.entrySet()) {
            var script = Files.readString(entry.getValue());
            seen.put(entry.getKey(), CONNECT.matcher(script).find() ? isSeenByLogin(script) : isSeenRolledBack(script));
        }
        return seen;
    }

    private boolean isSeenRolledBack(String script) throws SQLException {
        try (var connection = database.admin()) {
            connection.setAutoCommit(false);
            load(connection);
            return isSeen(connection, script);
        }
    }

    private boolean isSeenByLogin(String script) throws SQLException {
        try (var admin = database.admin()) {
            var before = roles(admin);
            try (var copy = database.copy()) {
                return isSeenByLogin(copy, script);
            } finally {
                var made = roles(admin);
                made.removeAll(before);
                run(admin, "drop role " + String.join(", ", made));
            }
        }
    }

    private boolean isSeenByLogin(HedgerowDatabase copy, String script) throws SQLException {
        var login = CONNECT.matcher(script);
        login.find();
        var password = UUID.randomUUID().toString();
        try (var admin = copy.admin()) {
            load(admin);
            run(admin, script.substring(0, login.start()));
            run(admin, "alter role %s password '%s'".formatted(login.group(1), password));
        }
        var url = copy.adminUrl().withUser(login.group(1), Optional.of(password));
        try (var connection = url.connect()) {
            return isSeen(connection, script.substring(login.end()));
        }
    }

    private void load(Connection admin) throws SQLException {
        run(admin, Corpus.USUAL_GRANTS);
        run(admin, schema);
    }

    static Set<String> roles(Connection connection) throws SQLException {
        var roles = new HashSet<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select quote_ident(rolname) from pg_roles")) {
            while (rows.next()) {
                roles.add(rows.getString(1));
            }
        }
        return roles;
    }

    static boolean isSeen(Connection connection, String script) throws SQLException {
        try {
            return run(connection, script).orElseThrow();
        } catch (SQLException e) {
            if (REFUSALS.contains(e.getSQLState().substring(0, 2))) {
                return false;
            }
            throw e;
        }
    }

    /// The first value of the last result, if there is a result.
    private static Optional<Boolean> run(Connection connection, String script) throws SQLException {
        try (var statement = connection.createStatement()) {
            var last = Optional.<Boolean>empty();
            var isRows = statement.execute(script);
            while (isRows || statement.getUpdateCount() != -1) {
                last = isRows ? firstValue(statement.getResultSet()) : Optional.empty();
                isRows = statement.getMoreResults();
            }
            return last;
        }
    }

    private static Optional<Boolean> firstValue(ResultSet rows) throws SQLException {
        return Optional.of(rows.next() && "t".equals(rows.getString(1)));
    }
}
