package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.rls.probe.Undecided;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/// The verdicts of `review`, `prove` and `probe` on the schemas of the corpus. Each schema is loaded once,
/// for all three and for all test classes of one JVM: that takes minutes. Classes that need it at the same
/// time share the work, each on a server of its own.
final class Corpus {

    /// The default grants of a database, which the databases of the tests lack.
    static final String USUAL_GRANTS = """
        do $$ begin
            execute format('grant connect, temporary on database %I to public', current_database());
        end $$
        """;

    /// A grant without which the server does not resolve the names in a function's body.
    private static final String MAY_LOOK = """
        do $$ declare schema regnamespace; begin
            for schema in select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
                execute format('grant usage on schema %s to rule_reviewer', schema);
            end loop;
        end $$
        """;

    private static Corpus known;

    private final List<Schema> schemas;
    private final Queue<Schema> left;
    private final CountDownLatch undone;
    private final Map<Schema, Verdicts> verdicts = new ConcurrentHashMap<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private Corpus(List<Schema> schemas) {
        this.schemas = schemas;
        this.left = new ConcurrentLinkedQueue<>(schemas);
        this.undone = new CountDownLatch(schemas.size());
    }

    /// A schema of a case.
    ///
    /// @param twin `bad` or `good`
    record Schema(CorpusCase of, String twin) {

        boolean isBad() {
            return twin.equals("bad");
        }

        String sql() {
            return isBad() ? of.bad() : of.good();
        }

        Path file() {
            return of.file(twin + ".sql");
        }

        /// The claims that do not hold, by their labels.
        Set<String> failing() {
            return isBad() ? of.claims().bad() : of.claims().good();
        }

        @Override
        public String toString() {
            return of.name() + "/" + twin;
        }
    }

    /// The verdicts of the three tools on one schema.
    ///
    /// @param undecided whether the review left something open
    /// @param reviewing how long the review took, its proofs included
    /// @param proving how long the proofs took, from the catalog on
    /// @param probing how long the attacks took, from the catalog on
    record Verdicts(
            List<Finding> findings,
            boolean undecided,
            Duration reviewing,
            Proofs proofs,
            Duration proving,
            Attempts attempts,
            Duration probing) {

        /// Whether there is a warning or an error about anything: by default `review` fails then.
        boolean isFlawed() {
            return findings.stream().anyMatch(finding -> finding.severity() != Severity.INFO);
        }
    }

    /// The verdicts on all wanted schemas.
    ///
    /// @param database whose server does a part of the work
    static Map<Schema, Verdicts> all(HedgerowDatabase database) throws SQLException {
        return known(database.major()).verdicts(database);
    }

    private static synchronized Corpus known(int major) {
        if (known == null) {
            known = new Corpus(schemas(major));
        }
        return known;
    }

    /// The schemas of the wanted cases, in their order.
    static List<Schema> schemas(int major) {
        return CorpusCase.all().stream()
                .filter(each -> CorpusTest.isWanted(each) && each.runsOn(major))
                .flatMap(each -> Stream.of(new Schema(each, "bad"), new Schema(each, "good")))
                .toList();
    }

    private Map<Schema, Verdicts> verdicts(HedgerowDatabase database) throws SQLException {
        try (var connection = database.admin()) {
            for (var schema = left.poll(); schema != null; schema = left.poll()) {
                look(schema, connection);
            }
        }
        try {
            undone.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while another class looks at the corpus", e);
        }
        if (failure.get() != null) {
            throw new AssertionError("the corpus could not be looked at", failure.get());
        }
        var ordered = new LinkedHashMap<Schema, Verdicts>();
        schemas.forEach(schema -> ordered.put(schema, verdicts.get(schema)));
        return ordered;
    }

    private void look(Schema schema, Connection connection) {
        try {
            var preset = schema.of().preset().isPresent();
            verdicts.put(schema, preset ? verdictsOnPreset(schema) : verdicts(schema, connection));
        } catch (SQLException | RuntimeException | Error e) {
            failure.compareAndSet(null, new AssertionError(schema.toString(), e));
        } finally {
            undone.countDown();
        }
    }

    // --- one schema ----------------------------------------------------------------------------------------------

    private static Verdicts verdicts(Schema schema, Connection connection) throws SQLException {
        try (var scratch = open(schema, connection)) {
            return verdicts(schema, scratch, connection);
        }
    }

    /// A schema of a case without a preset.
    static Scratch open(Schema schema, Connection connection) throws SQLException {
        var scratch = new Scratch(connection);
        scratch.load(USUAL_GRANTS);
        scratch.load(schema.sql());
        return scratch;
    }

    /// The verdicts of the three tools on the schema as it is now.
    ///
    /// @param connection that of the scratch database
    static Verdicts verdicts(Schema schema, Scratch scratch, Connection connection) throws SQLException {
        scratch.load(MAY_LOOK);
        var start = System.nanoTime();
        var judged = scratch.judge(schema.of().config());
        var reviewing = since(start);
        start = System.nanoTime();
        var attempts = probed(connection, judged.catalog(), judged.settings());
        return new Verdicts(
                judged.judgement().findings(),
                !judged.judgement().undecided().isEmpty(),
                reviewing,
                judged.proofs(),
                judged.proving(),
                attempts,
                since(start));
    }

    /// The verdicts that `review --file ... --preset ...` reaches.
    private static Verdicts verdictsOnPreset(Schema schema) throws SQLException {
        var each = schema.of();
        try (var loaded = LoadedDatabase.load(
                List.of(schema.file()), EmbeddedPostgres.USUAL, each.preset(), List.of(), _ -> {})) {
            var start = System.nanoTime();
            var reviewed = new Reviewer(RuleCatalog.load(), each.config(), _ -> true)
                    .review(loaded.connection(), loaded.origin(), Progress.NONE, Optional.of(loaded::stage));
            var reviewing = since(start);
            var connection = loaded.connection();
            connection.setAutoCommit(false);
            start = System.nanoTime();
            var proofs = Prover.prove(
                    connection,
                    reviewed.catalog(),
                    reviewed.settings(),
                    ProveOptions.DEFAULTS,
                    Optional.of(connection),
                    Map.of(),
                    new Undecided(connection, reviewed.catalog(), reviewed.settings(), _ -> {}),
                    _ -> {});
            var proving = since(start);
            start = System.nanoTime();
            var attempts = probed(connection, reviewed.catalog(), reviewed.settings());
            return new Verdicts(
                    reviewed.review().findings(), false, reviewing, proofs, proving, attempts, since(start));
        }
    }

    private static Attempts probed(Connection connection, Catalog catalog, Settings settings) throws SQLException {
        return Probe.run(connection, catalog, settings, ProbeOptions.DEFAULTS, _ -> {});
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
