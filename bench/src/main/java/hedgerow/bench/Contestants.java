package hedgerow.bench;

import hedgerow.bench.Databases.Kind;
import hedgerow.sql.DatabaseUrl;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The contestants besides pgbench.
final class Contestants {

    /// The lightest possible service, by which others are measured.
    static final String FLOOR = "floor";

    static final String PLAIN = "plain";
    static final String SEALED = "sealed";
    static final String TRANSACTION = "transaction";
    static final String TRANSACTION_CHECKED = "transaction-checked";
    static final String SET_ONLY = "set-only";
    static final String SERVE = "serve";
    static final String SPRING = "spring-jpa";
    static final String NODE = "node-pg";
    static final String POSTGRAPHILE = "postgraphile";
    static final String PRISMA = "prisma";

    static final List<String> NAMES = List.of(
            FLOOR,
            PLAIN,
            SEALED,
            SET_ONLY,
            TRANSACTION,
            TRANSACTION_CHECKED,
            SERVE,
            SPRING,
            NODE,
            POSTGRAPHILE,
            PRISMA);

    /// One program, which differs in the binding alone.
    static final Set<String> OURS = Set.of(FLOOR, PLAIN, SEALED, SET_ONLY, TRANSACTION, TRANSACTION_CHECKED);

    static final int POOL = 32;
    private static final String HEAP = "-Xmx1g";

    private final Databases databases;
    private final Path root;
    private final String java =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    Contestants(Databases databases, Path root) {
        this.databases = databases;
        this.root = root;
    }

    Contestant of(String name) {
        return switch (name) {
            case FLOOR -> bench(name, "no binding, no policies, WHERE alone", databases.application(Kind.FLOOR));
            case PLAIN -> bench(name, "Hedgerow's data source, plain", databases.application(Kind.PLAIN));
            case SEALED -> bench(name, "Hedgerow's data source, sealed", databases.application(Kind.SEALED));
            case TRANSACTION -> bench(name, "BEGIN, set_config, statement, COMMIT", databases.peer());
            case TRANSACTION_CHECKED -> bench(name, "the same, and whether the actor is a member", databases.peer());
            case SET_ONLY -> bench(name, "Hedgerow's data source, variables without a look-up", databases.peer());
            case SERVE -> serve();
            case SPRING -> spring();
            case NODE -> node(name, "fastify, node pg in pipeline mode", Dialect.REST);
            case POSTGRAPHILE -> node(name, "PostGraphile 5, GraphQL", Dialect.GRAPHQL);
            case PRISMA -> node(name, "fastify, Prisma with its row security extension", Dialect.REST);
            default -> throw new IllegalArgumentException("no contestant is called " + name);
        };
    }

    private Contestant bench(String name, String title, DatabaseUrl database) {
        var classes = "%s:%s/*".formatted(root.resolve("bench/target/classes"), root.resolve("bench/target/lib"));
        var command = List.of(java, HEAP, "-cp", classes, OrderService.class.getName(), name);
        var environment = Map.of("BIND_KEY", databases.bindKey());
        return new Contestant(
                name, "Javalin, MyBatis: " + title, Dialect.REST, POOL, database, root, command, environment);
    }

    private Contestant serve() {
        return new Contestant(
                SERVE,
                "`hedgerow serve`, the real API, plain",
                Dialect.HEDGEROW,
                POOL,
                databases.application(Kind.PLAIN),
                root,
                List.of(root.resolve("hedgerow").toString(), "serve"),
                Map.of("HEDGEROW_LOG_REQUESTS", "false", "HEDGEROW_REQUESTS_PER_MINUTE", "100000000"));
    }

    private Contestant spring() {
        var jar = root.resolve("bench/peers/spring-jpa/target/spring-jpa.jar").toString();
        return new Contestant(
                SPRING,
                "Spring Boot, JPA, a tenant-aware data source",
                Dialect.REST,
                POOL,
                databases.peer(),
                root,
                List.of(java, HEAP, "-jar", jar),
                Map.of());
    }

    private Contestant node(String name, String title, Dialect dialect) {
        var folder = root.resolve("bench/target/peers").resolve(name);
        return new Contestant(
                name,
                title,
                dialect,
                POOL,
                databases.peer(),
                folder,
                List.of("node", "server.mjs"),
                Map.of("NODE_ENV", "production", "GRAPHILE_ENV", "production"));
    }
}
