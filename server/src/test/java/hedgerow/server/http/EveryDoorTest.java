package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Every write of the document, with every value of its enumerations and nulls, by an owner's key with the
/// scope for that resource and no other, leaves nobody with more rights than before. A new operation is
/// covered without being registered.
@Tag("isolation")
class EveryDoorTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final int ROWS = 6;

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    @Test
    void nobody_may_do_more_after_any_write_by_a_restricted_key() throws SQLException {
        acme.patch("/v1/memberships/" + SERVER.user("acme", "viewer"), "{\"permissions\": [\"customers:read\"]}")
                .is(200);
        var before = ranks();
        var done = new ArrayList<String>();
        Operation.all(SERVER.document())
                .filter(operation -> !operation.method().equals("GET"))
                .forEach(operation -> {
                    var key = SERVER.restricted(scopes(operation));
                    for (var id : ids(operation)) {
                        for (var body : bodies(operation)) {
                            var path = operation.path().replace("{id}", id);
                            if (key.send(operation.method(), path, body).status() < 300) {
                                done.add(operation.toString());
                            }
                        }
                    }
                });
        assertThat(done).as("else nothing was tried").hasSizeGreaterThan(50).contains("PATCH /v1/memberships/{id}");
        var after = ranks();
        after.entrySet().removeIf(now -> now.getValue() <= before.getOrDefault(now.getKey(), 0));
        assertThat(after).isEmpty();
    }

    /// Otherwise the test above could not fail.
    @Test
    void writes_by_an_unrestricted_key_raise_somebodys_rights() throws SQLException {
        var before = ranks();
        acme.post("/v1/api-keys", "{\"name\": \"x\", \"role\": \"viewer\"}").is(201);
        assertThat(ranks()).hasSizeGreaterThan(before.size());
    }

    /// The rights of each member, key and invitation without scopes, by the rank of its role. An agent acts
    /// by its keys.
    private static Map<String, Integer> ranks() throws SQLException {
        var ranks = new TreeMap<String, Integer>();
        try (var admin = SERVER.database.admin();
                var statement = admin.createStatement();
                var rows = statement.executeQuery("""
                    select subject || ' of ' || organization_id, app_private.rank(role) from app_private.principal
                     where kind in ('user', 'key', 'invitation') and active and scopes is null
                    """)) {
            while (rows.next()) {
                ranks.put(rows.getString(1), rows.getInt(2));
            }
        }
        return ranks;
    }

    private static String[] scopes(Operation operation) {
        var resource = operation.collection().substring("/v1/".length()).replace('-', '_');
        return resource.equals("access")
                ? new String[] {"access:admin"}
                : new String[] {resource + ":write", resource + ":read"};
    }

    private List<String> ids(Operation operation) {
        if (!operation.hasId()) {
            return List.of("");
        } else if (operation.collection().equals("/v1/organizations")) {
            return List.of(SERVER.one("select id from app.organization where slug = 'acme'"));
        }
        return rows(operation.collection()).limit(ROWS).toList();
    }

    private Stream<String> rows(String collection) {
        return acme.get(collection + "?limit=100")
                .body()
                .path("data")
                .valueStream()
                .map(row -> row.path("id").asString(row.path("user_id").asString("")));
    }

    /// The example of the document, and for each enumeration in it a copy with each of its values.
    private List<Optional<String>> bodies(Operation operation) {
        var example = operation.example(
                name -> rows(operation.target(name)).findFirst().orElseThrow());
        var bodies = new ArrayList<Optional<String>>();
        bodies.add(example.map(JsonNode::toString));
        example.ifPresent(body -> {
            operation
                    .enumerations()
                    .forEach((name, values) -> values.forEach(value -> bodies.add(
                            Optional.of(body.deepCopy().put(name, value).toString()))));
            operation
                    .nullables()
                    .forEach(name ->
                            bodies.add(Optional.of(body.deepCopy().putNull(name).toString())));
        });
        return bodies;
    }
}
