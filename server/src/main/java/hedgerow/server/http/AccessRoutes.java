package hedgerow.server.http;

import hedgerow.mappers.Json;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.rls.why.Explanation;
import hedgerow.rls.why.Why;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import tools.jackson.databind.node.ObjectNode;

/// The routes of `/v1/access`: which policies bind the caller, and how each decides on one row. Every
/// question is recorded in the audit log.
final class AccessRoutes implements Routes {

    private static final String SCHEMA = "app";
    private static final String POLICIES = resource("access_policies.sql");

    private final Resources resources;
    private final DataSource bound;

    /// The routes over their resources.
    ///
    /// @param bound binds each connection to the tenant in scope
    AccessRoutes(Resources resources, DataSource bound) {
        this.resources = resources;
        this.bound = bound;
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/access/policies", this::policies, Access.ADMIN);
        routes.post("/v1/access/explain", this::explain, Access.ADMIN);
    }

    // --- policies ------------------------------------------------------------------------------------------------

    /// A policy.
    ///
    /// @param command `select`, `insert`, `update`, `delete` or `all`
    private record Policy(
            String table, String policy, boolean permissive, String command, String using, String withCheck) {}

    private void policies(Context ctx) throws SQLException {
        var answer = resources.mapper.createObjectNode().put("object", "list");
        var rows = answer.putArray("data");
        try (var connection = bound.getConnection();
                var statement = connection.prepareStatement(POLICIES);
                var found = statement.executeQuery()) {
            while (found.next()) {
                rows.add(resources.tree("policy", policy(found)));
            }
        }
        answer.put("has_more", false).putNull("next").putNull("previous");
        Answers.json(ctx, answer);
    }

    private static Policy policy(ResultSet row) throws SQLException {
        return new Policy(
                row.getString(1),
                row.getString(2),
                row.getBoolean(3),
                row.getString(4),
                row.getString(5),
                row.getString(6));
    }

    // --- one row -------------------------------------------------------------------------------------------------

    private void explain(Context ctx) throws SQLException {
        var body = Requests.body(ctx);
        var table = body.path("table").asString();
        var id = body.path("id").asString();
        resources.requireRead(Requests.caller(ctx), table);
        note(ctx, table, UUID.fromString(id));
        var key = table.equals("membership") ? "user_id" : "id";
        var explanation = explanation(table, Map.of(key, id)).orElseThrow(Requests::notFound);
        Answers.json(ctx, shown(explanation, body.path("command").asString("")));
    }

    /// Writes the event, which is a row of the tenant, so that the audit log records it with its actor.
    private void note(Context ctx, String table, UUID id) {
        resources.database.write(on -> {
            on.get(OutboxEventMapper.class)
                    .add(Resource.tenant(ctx), new OutboxEventMapper.New("access.explained", table, id, Json.EMPTY));
            return id;
        });
    }

    private Optional<Explanation> explanation(String table, Map<String, String> key) throws SQLException {
        try (var connection = bound.getConnection()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try {
                return new Why(connection).explain(SCHEMA, table, key);
            } finally {
                connection.rollback();
            }
        }
    }

    private ObjectNode shown(Explanation explanation, String command) {
        var tree = resources
                .mapper
                .createObjectNode()
                .put("object", "explanation")
                .put("relation", explanation.relation())
                .put("role", explanation.role())
                .put("exempt", explanation.exempt());
        var commands = tree.putArray("commands");
        explanation.commands().stream()
                .filter(verdict ->
                        command.isEmpty() || command.equals(verdict.command().name()))
                .forEach(verdict -> shown(verdict, commands.addObject()));
        return tree;
    }

    private static void shown(Explanation.Verdict verdict, ObjectNode tree) {
        tree.put("command", verdict.command().name())
                .put("granted", verdict.granted())
                .put("allowed", verdict.allowed());
        var policies = tree.putArray("policies");
        for (var answer : verdict.policies()) {
            policies.addObject()
                    .put("policy", answer.policy())
                    .put("permissive", answer.permissive())
                    .put("part", answer.part().name())
                    .put("expression", answer.expression())
                    .put("result", answer.result().orElse(null));
        }
    }

    private static String resource(String name) {
        try (var in = AccessRoutes.class.getResourceAsStream("/hedgerow/server/http/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
