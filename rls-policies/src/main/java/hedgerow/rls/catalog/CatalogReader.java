package hedgerow.rls.catalog;

import hedgerow.rls.catalog.Catalog.DefaultPrivileges;
import hedgerow.rls.catalog.Catalog.Extension;
import hedgerow.rls.catalog.Catalog.ForeignServer;
import hedgerow.rls.catalog.Catalog.Language;
import hedgerow.rls.catalog.Catalog.LargeObjects;
import hedgerow.rls.catalog.Catalog.ParameterGrant;
import hedgerow.rls.catalog.Catalog.Publication;
import hedgerow.rls.catalog.Catalog.StoredSettings;
import hedgerow.rls.catalog.Catalog.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/// Reads a [Catalog]: one query for each kind of object, in a file of its own.
final class CatalogReader {

    private static final String DENIED = "42501";
    private static final int BATCH = 5_000;

    private final Connection connection;
    private final List<String> gaps = new ArrayList<>();

    CatalogReader(Connection connection) {
        this.connection = connection;
    }

    /// The object of a grant: the part is a column's number, or 0 for the whole object.
    private record Target(String kind, long oid, int part) {}

    /// A part of a relation, such as a column or an index.
    private record Part<T>(long relation, T it) {}

    @FunctionalInterface
    private interface Reading<T> {
        T read(CatalogRow row) throws SQLException;
    }

    Catalog read() throws SQLException {
        var grants = grants();
        var relations = relations(grants);
        var types = byOid(list("types", Type::of), Type::oid);
        var functions = byOid(
                list("functions", row -> Function.of(row, of(grants, "function", row.oid("oid")))), Function::oid);
        return new Catalog(
                server(grants),
                byOid(list("roles", Role::of), Role::oid),
                list("memberships", RoleMembership::of),
                byOid(list("schemas", row -> schema(row, grants)), Schema::oid),
                relations,
                FunctionTrees.completed(connection, relations.values(), types, functions, gaps),
                byOid(list("operators", Operator::of), Operator::oid),
                types,
                Set.copyOf(list("collations", row -> row.oid("oid"))),
                Set.copyOf(list("implicit_functions", row -> row.oid("oid"))),
                list("default_privileges", row -> defaultPrivileges(row, grants)),
                list("stored_settings", CatalogReader::storedSettings),
                list("large_objects", CatalogReader::largeObjects),
                list("publications", CatalogReader::publication),
                list("subscriptions", CatalogReader::subscription),
                list("extensions", CatalogReader::extension),
                list("languages", row -> language(row, grants)),
                list("foreign_servers", row -> foreignServer(row, grants)),
                list("parameter_grants", CatalogReader::parameterGrant),
                List.copyOf(gaps));
    }

    // --- the server and its roles --------------------------------------------------------------------------------

    private Server server(Map<Target, List<Grant>> grants) throws SQLException {
        var onDatabase = grants.entrySet().stream()
                .filter(entry -> entry.getKey().kind().equals("database"))
                .flatMap(entry -> entry.getValue().stream())
                .toList();
        return list("server", row -> Server.of(row, onDatabase)).stream()
                .findFirst()
                .orElseThrow(() -> new SQLException("this role may not read pg_database, pg_roles and pg_settings"));
    }

    private Map<Target, List<Grant>> grants() throws SQLException {
        var grants = new HashMap<Target, List<Grant>>();
        for (var part : list("grants", row -> Map.entry(target(row), Grant.of(row)))) {
            grants.computeIfAbsent(part.getKey(), target -> new ArrayList<>(2)).add(part.getValue());
        }
        grants.replaceAll((target, list) -> List.copyOf(list));
        return grants;
    }

    private static Target target(CatalogRow row) throws SQLException {
        return new Target(row.text("class"), row.oid("object"), row.number("part"));
    }

    private static List<Grant> of(Map<Target, List<Grant>> grants, String kind, long oid) {
        return grants.getOrDefault(new Target(kind, oid, 0), List.of());
    }

    private static ParameterGrant parameterGrant(CatalogRow row) throws SQLException {
        return new ParameterGrant(row.text("name"), row.oid("grantee"), row.text("privilege"));
    }

    private static Schema schema(CatalogRow row, Map<Target, List<Grant>> grants) throws SQLException {
        return new Schema(
                row.oid("oid"),
                row.text("name"),
                row.text("quoted"),
                row.oid("owner"),
                of(grants, "schema", row.oid("oid")),
                row.optional("extension"));
    }

    // --- relations -----------------------------------------------------------------------------------------------

    private Map<Long, Relation> relations(Map<Target, List<Grant>> grants) throws SQLException {
        var columns = parts("columns", row -> Column.of(row, columnGrants(row, grants)));
        var policies = parts("policies", Policy::of);
        var triggers = parts("triggers", Trigger::of);
        var rules = parts("rules", RewriteRule::of);
        var constraints = parts("constraints", Constraint::of);
        var indexes = parts("indexes", Index::of);
        Reading<Relation> reading = row -> {
            var oid = row.oid("oid");
            return new Relation(
                    oid,
                    row.text("schema"),
                    row.text("name"),
                    row.text("quoted"),
                    row.code("kind", Relation.Kind.values()),
                    row.oid("owner"),
                    row.flag("row_security"),
                    row.flag("forced"),
                    row.flag("partition"),
                    row.real("estimated_rows"),
                    row.texts("options"),
                    row.oids("parents"),
                    row.texts("partition_key"),
                    row.optional("partition_bound"),
                    row.oid("owning_relation"),
                    row.number("owning_column"),
                    row.optional("extension"),
                    columns.getOrDefault(oid, List.of()),
                    policies.getOrDefault(oid, List.of()),
                    triggers.getOrDefault(oid, List.of()),
                    rules.getOrDefault(oid, List.of()),
                    constraints.getOrDefault(oid, List.of()),
                    indexes.getOrDefault(oid, List.of()),
                    of(grants, "relation", oid));
        };
        return byOid(list("relations", reading), Relation::oid);
    }

    private static List<Grant> columnGrants(CatalogRow row, Map<Target, List<Grant>> grants) throws SQLException {
        return grants.getOrDefault(new Target("relation", row.oid("relation"), row.number("number")), List.of());
    }

    private <T> Map<Long, List<T>> parts(String query, Reading<T> reading) throws SQLException {
        var parts = new HashMap<Long, List<T>>();
        for (var part : list(query, row -> new Part<>(row.oid("relation"), reading.read(row)))) {
            parts.computeIfAbsent(part.relation(), relation -> new ArrayList<>(4))
                    .add(part.it());
        }
        parts.replaceAll((relation, list) -> List.copyOf(list));
        return parts;
    }

    // --- the rest ------------------------------------------------------------------------------------------------

    private static DefaultPrivileges defaultPrivileges(CatalogRow row, Map<Target, List<Grant>> grants)
            throws SQLException {
        return new DefaultPrivileges(
                row.oid("role"), row.oid("schema"), row.text("kind").charAt(0), of(grants, "default", row.oid("oid")));
    }

    private static StoredSettings storedSettings(CatalogRow row) throws SQLException {
        return new StoredSettings(row.oid("database"), row.oid("role"), row.texts("settings"));
    }

    private static LargeObjects largeObjects(CatalogRow row) throws SQLException {
        return new LargeObjects(row.oid("owner"), row.optional("grants").orElse(""), row.oid("count"));
    }

    private static Publication publication(CatalogRow row) throws SQLException {
        return new Publication(
                row.oid("oid"),
                row.text("quoted"),
                row.oid("owner"),
                row.flag("all_tables"),
                row.oids("relations"),
                row.oids("filtered"),
                row.oids("schemas"));
    }

    private static Subscription subscription(CatalogRow row) throws SQLException {
        return new Subscription(row.oid("oid"), row.text("quoted"), row.oid("owner"), row.flag("enabled"));
    }

    private static Extension extension(CatalogRow row) throws SQLException {
        return new Extension(
                row.oid("oid"), row.text("name"), row.text("version"), row.oid("schema"), row.oid("owner"));
    }

    private static Language language(CatalogRow row, Map<Target, List<Grant>> grants) throws SQLException {
        var oid = row.oid("oid");
        return new Language(oid, row.text("name"), row.flag("trusted"), row.oid("owner"), of(grants, "language", oid));
    }

    private static ForeignServer foreignServer(CatalogRow row, Map<Target, List<Grant>> grants) throws SQLException {
        var oid = row.oid("oid");
        return new ForeignServer(
                oid,
                row.text("quoted"),
                row.oid("owner"),
                row.text("wrapper"),
                row.oids("mapped_users"),
                of(grants, "server", oid));
    }

    // --- reading -------------------------------------------------------------------------------------------------

    /// Reads the objects of one kind.
    ///
    /// @return empty if this role may not read them, which is a gap
    private <T> List<T> list(String query, Reading<T> reading) throws SQLException {
        var before = connection.setSavepoint();
        try (var statement = connection.createStatement()) {
            statement.setFetchSize(BATCH);
            var list = new ArrayList<T>();
            try (var rows = statement.executeQuery(sql(query))) {
                for (var row = new CatalogRow(rows); row.next(); ) {
                    list.add(reading.read(row));
                }
            }
            connection.releaseSavepoint(before);
            return Collections.unmodifiableList(list);
        } catch (SQLException e) {
            if (!DENIED.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            gaps.add("catalog: %s cannot be read: %s".formatted(query.replace('_', ' '), denial(e)));
            return List.of();
        }
    }

    private static String denial(SQLException e) {
        return e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
    }

    private static String sql(String query) {
        try (var in = CatalogReader.class.getResourceAsStream(query + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> Map<Long, T> byOid(List<T> list, ToLongFunction<T> oid) {
        var map = new LinkedHashMap<Long, T>();
        list.forEach(it -> map.put(oid.applyAsLong(it), it));
        return Collections.unmodifiableMap(map);
    }
}
