package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Every operation of the document is called with ids, cursors, tags and keys of another tenant, and of the
/// other mode of the same tenant, wherever it accepts one. The response is, byte for byte, the one for
/// something that never existed, at the cost of as many statements; and no foreign row has changed.
@Tag("isolation")
class EveryIntrusionTest {

    private static final String ALIVE_FOR = "com.zaxxer.hikari.aliveBypassWindowMs";

    static {
        System.setProperty(ALIVE_FOR, "3600000"); // otherwise the pool checks idle connections
    }

    /// A server with a pool of one connection, so that all callers take turns on it.
    @RegisterExtension
    static final ApiServer SERVER = new ApiServer(Map.of("pool-size", "1", "pool-timeout", "60s")).throughWire();

    private static final String ABSENT = "00000000-0000-7000-8000-000000000000";
    private static final String NOWHERE = "00000000-0000-7000-8000-000000000001";
    private static final String NO_CURSOR = "A".repeat(54);
    private static final String REQUEST = "intrusion";

    /// Collections whose rows belong to both modes, so that the other mode is not foreign to them.
    private static final List<String> WITHOUT_MODE = List.of("/v1/memberships", "/v1/invitations", "/v1/organizations");

    private static ApiServer.Client acme;
    private static ApiServer.Client acmeLive;
    private static ApiServer.Client globex;
    private static ApiServer.Client globexLive;
    private static ApiServer.Client owner;
    private static ApiServer.Client admin;

    private final Map<String, String> known = new ConcurrentHashMap<>();
    private final Map<String, List<String>> owned = new ConcurrentHashMap<>();

    @BeforeAll
    static void known() {
        acme = SERVER.as("acme", "Owner").with("X-Request-Id", REQUEST);
        globex = SERVER.as("globex", "Owner").with("X-Request-Id", REQUEST);
        acmeLive = SERVER.with(SERVER.liveKey("acme")).with("X-Request-Id", REQUEST);
        globexLive = SERVER.with(SERVER.liveKey("globex")).with("X-Request-Id", REQUEST);
        owner = SERVER.person("acme", "owner").with("X-Request-Id", REQUEST);
        admin = SERVER.person("acme", "admin").with("X-Request-Id", REQUEST);
    }

    @AfterAll
    static void forget() {
        System.clearProperty(ALIVE_FOR);
    }

    /// The place in which a request names a row.
    private enum Kind {
        PATH,
        BODY,
        FILTER,
        AFTER,
        BEFORE
    }

    private record Place(Operation operation, Kind kind, String name) {

        static Stream<Place> of(Operation operation) {
            var places = new ArrayList<Place>();
            if (operation.hasId()) {
                places.add(new Place(operation, Kind.PATH, "id"));
            }
            operation.references().forEach(name -> places.add(new Place(operation, Kind.BODY, name)));
            operation.idFilters().forEach(name -> places.add(new Place(operation, Kind.FILTER, name)));
            if (operation.isList()) {
                places.add(new Place(operation, Kind.AFTER, "after"));
                places.add(new Place(operation, Kind.BEFORE, "before"));
            }
            return places.stream();
        }

        boolean isCursor() {
            return kind == Kind.AFTER || kind == Kind.BEFORE;
        }

        String absent() {
            return switch (kind) {
                case PATH, BODY -> ABSENT;
                case FILTER -> NOWHERE;
                case AFTER, BEFORE -> NO_CURSOR;
            };
        }

        String collection() {
            return kind == Kind.BODY ? operation.target(name) : operation.collection();
        }

        @Override
        public String toString() {
            return operation + " by " + kind + " " + name;
        }
    }

    /// The properties by which a caller can distinguish two responses, except for the time.
    private record Seen(int status, Map<String, List<String>> headers, String body) {

        static Seen of(ApiServer.Answer answer) {
            var headers = new TreeMap<>(answer.response().headers().map());
            headers.remove("date");
            headers.remove("connection"); // it depends on whether the body had arrived when it was refused unread
            headers.remove("server-timing");
            return new Seen(answer.status(), headers, answer.response().body());
        }
    }

    private static Stream<Place> places() {
        return Operation.all(SERVER.document()).flatMap(Place::of);
    }

    // --- ids and cursors -----------------------------------------------------------------------------------------

    @Test
    void foreign_ids_get_the_response_of_missing_ones() throws Exception {
        var before = others();
        var intrusions = new ArrayList<Callable<List<String>>>();
        places().forEach(place -> {
            var victims = victims(place, globex, acmeLive);
            acmes(place.operation)
                    .forEach((role, client) -> intrusions.addAll(intrusions(place, role, client, acme, victims)));
            var live = victims(place, globexLive, acme);
            intrusions.addAll(intrusions(place, "live key", acmeLive, acmeLive, live));
        });
        assertThat(intrusions).hasSizeGreaterThan(1_000);
        assertThat(results(intrusions)).isEmpty();
        assertThat(others()).isEqualTo(before);
    }

    /// Keys in every role; and people, because only they may make some decisions.
    private static Map<String, ApiServer.Client> acmes(Operation operation) {
        var clients = new TreeMap<String, ApiServer.Client>();
        for (var role : List.of("Owner", "Admin", "Member", "Viewer")) {
            clients.put(role + " key", SERVER.as("acme", role).with("X-Request-Id", REQUEST));
        }
        if (!operation.method().equals("GET")) {
            clients.put("owner", owner);
            clients.put("admin", admin);
        }
        return clients;
    }

    private List<Callable<List<String>>> intrusions(
            Place place, String role, ApiServer.Client client, ApiServer.Client own, List<String> victims) {
        return variants(place, client).stream()
                .<Callable<List<String>>>map(variant -> () -> {
                    var absent = Seen.of(ask(variant, place, own, place.absent()));
                    return victims.stream()
                            .map(victim -> Seen.of(ask(variant, place, own, victim)))
                            .filter(foreign -> !foreign.equals(absent))
                            .map(foreign -> "%s as %s: %s, but %s for what is not there"
                                    .formatted(place, role, foreign, absent))
                            .toList();
                })
                .toList();
    }

    /// The variants of a request: a read as it is; a write with a tag and a key that the other has used,
    /// and as a dry run.
    private static List<ApiServer.Client> variants(Place place, ApiServer.Client client) {
        return place.operation.method().equals("GET")
                ? List.of(client)
                : List.of(
                        client.with("If-Match", "\"1\"", "Idempotency-Key", "of-globex"),
                        client.with("Prefer", "tx=rollback"));
    }

    private ApiServer.Answer ask(ApiServer.Client client, Place place, ApiServer.Client own, String id) {
        var operation = place.operation;
        var at = place.kind == Kind.PATH ? id : operation.hasId() ? own(own, operation.collection()) : "";
        var query = switch (place.kind) {
            case PATH, BODY -> "";
            case FILTER, AFTER, BEFORE -> "?" + place.name + "=" + id;
        };
        var body = operation.example(name -> own(own, operation.target(name)));
        if (place.kind == Kind.BODY) {
            body.orElseThrow().put(place.name, id);
        }
        return client.send(
                operation.method(), operation.path().replace("{id}", at) + query, body.map(Object::toString));
    }

    /// Otherwise an intrusion could be refused for another reason.
    @Test
    void requests_with_ones_own_ids_succeed() {
        var agent = "{\"name\": \"Without a limit\", \"model_provider\": \"anthropic\", \"model_name\": \"claude\"}";
        acme.post("/v1/agents", agent).is(201);
        var refused = Operation.all(SERVER.document())
                .filter(operation ->
                        operation.isCreation() && !operation.references().isEmpty())
                .filter(operation -> IntStream.range(0, 100).noneMatch(i -> isDone(operation, i)))
                .map(Operation::path);
        assertThat(refused).containsExactly("/v1/agent-log"); // agents alone write it
    }

    private boolean isDone(Operation operation, int i) {
        var body = operation.example(name -> {
            var rows = owned.computeIfAbsent(operation.target(name), target -> ids(acme, target));
            return rows.get(i % rows.size());
        });
        var dryRun = acme.with("Prefer", "tx=rollback");
        return dryRun.send("POST", operation.path(), body.map(Object::toString)).status() == 201;
    }

    // --- keys ----------------------------------------------------------------------------------------------------

    /// With the same key on the same request, each gets a response of their own.
    @Test
    void an_idempotency_key_of_another_is_nobodys() {
        Operation.all(SERVER.document()).filter(Operation::isCreation).forEach(operation -> {
            var body = operation
                    .example(name -> own(globex, operation.target(name)))
                    .map(Object::toString);
            var key = UUID.randomUUID().toString();
            var theirs = globex.with("Idempotency-Key", key).send("POST", operation.path(), body);
            var mine = acme.with("Idempotency-Key", key).send("POST", operation.path(), body);
            assertThat(mine.header("Idempotent-Replayed"))
                    .as(operation::toString)
                    .isNull();
            if (mine.status() == 201) {
                assertThat(mine.text("/id")).as(operation::toString).isNotEqualTo(theirs.text("/id"));
            } else {
                var fresh = acme.with("Idempotency-Key", UUID.randomUUID().toString());
                assertThat(Seen.of(mine))
                        .as(operation::toString)
                        .isEqualTo(Seen.of(fresh.send("POST", operation.path(), body)));
            }
        });
    }

    // --- time ----------------------------------------------------------------------------------------------------

    /// The cost of a response is its number of statements, counted on the wire.
    @Test
    void foreign_ids_cost_as_much_as_missing_ones() throws Exception {
        for (var place : places().toList()) {
            var unknown = Seen.of(ask(owner, place, acme, place.absent()));
            var absent = SERVER.wire().traffic(() -> ask(owner, place, acme, place.absent()));
            assertThat(place.isCursor() || absent.statements() > 0)
                    .as(place::toString)
                    .isTrue();
            for (var victim : victims(place, globex, acmeLive)) {
                var foreign = SERVER.wire()
                        .traffic(() -> assertThat(Seen.of(ask(owner, place, acme, victim)))
                                .as(place::toString)
                                .isEqualTo(unknown));
                assertThat(foreign).as(place::toString).isEqualTo(absent);
            }
        }
    }

    // --- rows ----------------------------------------------------------------------------------------------------

    private String own(ApiServer.Client client, String collection) {
        return known.computeIfAbsent(
                System.identityHashCode(client) + collection,
                _ -> row(client, collection).orElseThrow(() -> new AssertionError("no row in " + collection)));
    }

    /// The ids of another tenant at this place, and those of the same tenant in the other mode, if it has
    /// modes.
    private static List<String> victims(Place place, ApiServer.Client tenant, ApiServer.Client mode) {
        var other = victim(place, tenant).stream();
        return WITHOUT_MODE.contains(place.collection())
                ? other.toList()
                : Stream.concat(other, victim(place, mode).filter(id -> !isOfBothModes(mode, place, id)).stream())
                        .toList();
    }

    /// Entries of the audit log about the tenant itself belong to both modes.
    private static boolean isOfBothModes(ApiServer.Client mode, Place place, String id) {
        return rows(mode, place.collection())
                .anyMatch(row -> row.path("id").asString("").equals(id)
                        && row.path("livemode").isNull());
    }

    private static Optional<String> victim(Place place, ApiServer.Client other) {
        return switch (place.kind) {
            case PATH, BODY -> row(other, place.collection());
            case FILTER ->
                rows(other, place.collection())
                        .map(row -> row.path(place.name).asString(""))
                        .filter(id -> !id.isEmpty())
                        .findFirst();
            case AFTER, BEFORE ->
                Optional.ofNullable(other.get(place.collection() + "?limit=1").text("/next"));
        };
    }

    private static Optional<String> row(ApiServer.Client client, String collection) {
        if (collection.equals("/v1/organizations")) {
            var slug = client == acme || client == acmeLive ? "acme" : "globex";
            return Optional.of(SERVER.one("select id from app.organization where slug = '%s'".formatted(slug)));
        }
        return ids(client, collection).stream().findFirst();
    }

    private static List<String> ids(ApiServer.Client client, String collection) {
        return rows(client, collection)
                .map(row -> row.path("id").asString(row.path("user_id").asString("")))
                .toList();
    }

    private static Stream<JsonNode> rows(ApiServer.Client client, String collection) {
        return client.get(collection + "?limit=100")
                .body()
                .path("data")
                .valueStream()
                .filter(row -> !row.path("display_name").asString("").equals("Robin")); // a member of both
    }

    /// The rows of every table, except the sessions of the intruders and the events.
    private static Map<String, String> others() {
        return SERVER.rows("organization_id <> (select id from app.organization where slug = 'acme')");
    }

    private static List<String> results(List<Callable<List<String>>> work) throws Exception {
        var found = new ArrayList<String>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var result : threads.invokeAll(work)) {
                found.addAll(result.get());
            }
        }
        return found;
    }
}
