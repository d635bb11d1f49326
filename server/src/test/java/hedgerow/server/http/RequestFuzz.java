package hedgerow.server.http;

import hedgerow.sql.Logins;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// Three tenants, each on test and on live data, that send random requests as callers of the API do.
///
/// Each knows which customers it must have: the acknowledged ones and no others. A superuser finds the same
/// with an explicit WHERE. No response contains an id that belongs to anybody else. A failed request is
/// repeated with the same key.
final class RequestFuzz implements Callable<List<String>> {

    /// Bugs that a server could have, as its callers would see them.
    enum Bug {
        NONE,
        /// The server mistakes a caller for an earlier one.
        CALLER_OF_ANOTHER_REQUEST,
        /// The server answers before it has committed, and then does not commit.
        ANSWERED_BUT_NOT_DONE,
        /// The server repeats a request that it has already carried out.
        DONE_TWICE
    }

    private static final int DISTURBANCE_EVERY = 60;
    private static final int RESTARTS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final ApiServer server;
    private final int requests;
    private final Bug bug;
    private final long seed;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger disturbed = new AtomicInteger();
    private final AtomicInteger restarted = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final Map<String, String> owners = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final List<Caller> callers = new ArrayList<>();

    RequestFuzz(ApiServer server, int requests, Bug bug, long seed) {
        this.server = server;
        this.requests = requests;
        this.bug = bug;
        this.seed = seed;
    }

    /// Runs all tenants.
    ///
    /// @return the faults; empty if there were none
    @Override
    public List<String> call() throws Exception {
        for (var slug : List.of("acme", "globex", "initech")) {
            callers.add(new Caller(slug, false, server.as(slug, "Owner")));
            callers.add(new Caller(slug, true, server.with(server.liveKey(slug))));
        }
        try (var threads = Executors.newFixedThreadPool(callers.size())) {
            for (var result : threads.invokeAll(callers)) {
                result.get();
            }
        }
        return List.copyOf(violations);
    }

    String summary() {
        return "%d requests, %d tried again, %d disturbances, %d restarts, seed %d"
                .formatted(done.get(), repeated.get(), disturbed.get(), restarted.get(), seed);
    }

    int restarts() {
        return restarted.get();
    }

    private boolean isOver() {
        return done.get() >= requests || !violations.isEmpty();
    }

    private void disturbInTime(Superuser superuser, Random random) throws SQLException {
        var so = disturbed.get();
        if (done.get() / DISTURBANCE_EVERY > so && disturbed.compareAndSet(so, so + 1)) {
            disturb(random.nextInt(3), superuser);
        }
        var often = restarted.get();
        if (bug == Bug.NONE
                && done.get() / (requests / (RESTARTS + 1)) > often
                && often < RESTARTS
                && server.database.restart().isPresent()
                && restarted.compareAndSet(often, often + 1)) {
            server.database.restart().get().accept(often % 2 == 0 ? "immediate" : "fast");
        }
    }

    private void disturb(int kind, Superuser superuser) throws SQLException {
        if (kind == 0) {
            server.wire().cut();
            return;
        }
        superuser.rows("""
            select %s(pid)::text, '' from pg_stat_activity
             where usename = '%s' and datname = current_database() order by random() limit 1
            """.formatted(kind == 1 ? "pg_terminate_backend" : "pg_cancel_backend", Logins.APP));
    }

    /// A superuser who reconnects when the server is back.
    private final class Superuser implements AutoCloseable {

        private Connection connection;

        /// The rows of a query with two columns.
        Map<String, String> rows(String sql) throws SQLException {
            for (var until = Instant.now().plus(PATIENCE); ; ) {
                try {
                    return attempt(sql);
                } catch (SQLException e) {
                    close();
                    if (Instant.now().isAfter(until)
                            || !String.valueOf(e.getSQLState()).matches("08.*|57P.*")) {
                        throw e;
                    }
                }
            }
        }

        private Map<String, String> attempt(String sql) throws SQLException {
            if (connection == null) {
                connection = server.database.admin();
            }
            try (var statement = connection.createStatement();
                    var found = statement.executeQuery(sql)) {
                var rows = new TreeMap<String, String>();
                while (found.next()) {
                    rows.put(found.getString(1), found.getString(2));
                }
                return rows;
            }
        }

        @Override
        public void close() throws SQLException {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }
    }

    /// One tenant in one mode.
    private final class Caller implements Callable<Void> {

        private final String name;
        private final ApiServer.Client client;
        private final String where;
        private final Random random;
        private final Superuser superuser = new Superuser();
        private final Map<String, String> bodies = new HashMap<>();
        private final Map<String, String> made = new HashMap<>();

        /// The customers that it must have: name by id.
        private final Map<String, String> customers = new TreeMap<>();

        Caller(String slug, boolean live, ApiServer.Client client) throws SQLException {
            this.name = slug + (live ? " live" : " test");
            this.client = client;
            this.where = "organization_id = (select id from app.organization where slug = '%s') and livemode = %s"
                    .formatted(slug, live);
            this.random = new Random(seed + name.hashCode());
            for (var table : List.of("customer", "payment_order", "price", "product", "payment_link", "agent")) {
                superuser
                        .rows("select id::text, '' from app.%s where %s".formatted(table, where))
                        .keySet()
                        .forEach(id -> owners.put(id, name));
            }
            customers.putAll(truth());
        }

        @Override
        public Void call() throws Exception {
            try (superuser) {
                while (!isOver()) {
                    try {
                        step();
                    } catch (AssertionError e) {
                        violated(e.getMessage());
                    }
                    disturbInTime(superuser, random);
                }
                expect(truth(), "what the superuser finds in the end");
            }
            return null;
        }

        private void step() throws Exception {
            switch (random.nextInt(12)) {
                case 0, 1 -> list();
                case 2 -> ask("GET", "/v1/payment-orders?limit=20&expand=customer,price.product", "");
                case 3 -> read();
                case 4, 5, 6 -> create();
                case 7, 8 -> rename();
                case 9 -> replay();
                case 10 -> dryRun();
                default -> foreign();
            }
        }

        private Map<String, String> truth() throws SQLException {
            return superuser.rows("select id::text, name from app.customer where " + where);
        }

        private void expect(Object found, String what) {
            if (!found.equals(customers)) {
                violated("%s is %s, not %s".formatted(what, found, customers));
            }
        }

        private void violated(String what) {
            violations.add(name + ": " + what);
        }

        // Reading

        private void list() throws Exception {
            var found = new TreeMap<String, String>();
            for (var next = Optional.of("/v1/customers?limit=100"); next.isPresent(); ) {
                var page = ask("GET", next.get(), "").body();
                page.path("data")
                        .forEach(row -> found.put(
                                row.path("id").asString(), row.path("name").asString()));
                next = Optional.ofNullable(page.path("next").asString(null))
                        .map(cursor -> "/v1/customers?limit=100&after=" + cursor);
            }
            expect(found, "what it sees");
        }

        private void read() throws Exception {
            var id = any(customers);
            var seen = ask("GET", "/v1/customers/" + id, "").text("/name");
            if (!customers.get(id).equals(seen)) {
                violated("it reads %s, not %s".formatted(seen, customers.get(id)));
            }
        }

        private String any(Map<String, String> of) {
            return List.copyOf(of.keySet()).get(random.nextInt(of.size()));
        }

        // Writing

        private void create() throws Exception {
            var key = UUID.randomUUID().toString();
            var body = "{\"name\": \"%s\"}".formatted(key);
            var id = field(ask("POST", "/v1/customers", body, "Idempotency-Key", key), "/id");
            bodies.put(key, body);
            made.put(key, id);
            owners.put(id, name);
            customers.put(id, key);
            var found = superuser.rows("select id::text, name from app.customer where name = '%s'".formatted(key));
            if (!found.equals(Map.of(id, key))) {
                violated("%s was made as %s".formatted(id, found));
            }
        }

        private void replay() throws Exception {
            if (!made.isEmpty()) {
                var key = any(made);
                var again = ask("POST", "/v1/customers", bodies.get(key), "Idempotency-Key", key);
                if (!made.get(key).equals(again.text("/id"))) {
                    violated("a repetition made another");
                }
            }
        }

        /// Renames with the current tag; after a failure without one, because the outcome is unknown.
        private void rename() throws Exception {
            var path = "/v1/customers/" + any(customers);
            var tag = "\"" + field(ask("GET", path, ""), "/version") + "\"";
            var body = "{\"name\": \"renamed %d\"}".formatted(random.nextInt());
            var answer = attempt("PATCH", path, body, "If-Match", tag).orElseGet(() -> ask("PATCH", path, body));
            customers.put(field(answer, "/id"), field(answer, "/name"));
            if (ask("PATCH", path, "{\"name\": \"stale\"}", "If-Match", tag).status() != 412) {
                violated("a change of what had changed was done");
            }
        }

        private void dryRun() throws Exception {
            var tried = ask("POST", "/v1/customers", "{\"name\": \"Nobody\"}", "Prefer", "tx=rollback");
            var id = field(tried, "/id");
            if (truth().containsKey(id)) {
                violated("a dry run left something");
            }
        }

        private void foreign() {
            var other = callers.get(random.nextInt(callers.size()));
            if (other != this) {
                var id = other.first();
                var read = ask("GET", "/v1/customers/" + id, "").status();
                var changed = ask("PATCH", "/v1/customers/" + id, "{\"name\": \"foreign\"}")
                        .status();
                if (read != 404 || changed != 404) {
                    violated("what is %s's answers %d and %d".formatted(other.name, read, changed));
                }
            }
        }

        private String first() {
            return owners.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(name))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
        }

        // Asking

        private static String field(ApiServer.Answer answer, String pointer) {
            return Optional.ofNullable(answer.text(pointer))
                    .orElseThrow(() -> new AssertionError(answer.response().body()));
        }

        /// Repeats a request until there is a response.
        private ApiServer.Answer ask(String method, String path, String body, String... headers) {
            for (var until = Instant.now().plus(PATIENCE); Instant.now().isBefore(until); ) {
                var answer = attempt(method, path, body, headers);
                if (answer.isPresent()) {
                    return answer.get();
                }
                repeated.incrementAndGet();
            }
            throw new AssertionError(name + ": no answer within " + PATIENCE);
        }

        /// Sends a request once; empty if the database was not there.
        private Optional<ApiServer.Answer> attempt(String method, String path, String body, String... headers) {
            done.incrementAndGet();
            var json = body.isEmpty() ? Optional.<String>empty() : Optional.of(body);
            var answer = as(method, headers).send(method, path, json);
            var code = answer.text("/code");
            if ("unavailable".equals(code) || "idempotency_in_flight".equals(code)) {
                return Optional.empty();
            }
            if (answer.status() >= 500 || answer.status() == 401 || answer.status() == 403) {
                violated("%s %s: %s".formatted(method, path, answer.response().body()));
            }
            ID.matcher(answer.response().body()).results().forEach(id -> {
                if (!owners.getOrDefault(id.group(), name).equals(name)) {
                    violated("%s %s shows %s of %s".formatted(method, path, id.group(), owners.get(id.group())));
                }
            });
            return Optional.of(answer);
        }

        private ApiServer.Client as(String method, String... headers) {
            if (random.nextInt(10) != 0) {
                return client.with(headers);
            }
            return switch (bug) {
                case NONE -> client.with(headers);
                case CALLER_OF_ANOTHER_REQUEST -> callers.getFirst().client.with(headers);
                case ANSWERED_BUT_NOT_DONE -> method.equals("GET") ? client : client.with("Prefer", "tx=rollback");
                case DONE_TWICE -> method.equals("POST") ? client : client.with(headers);
            };
        }
    }
}
