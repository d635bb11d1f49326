package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.logic.Settings;
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
import java.util.Set;
import java.util.stream.Stream;

/// What the prover says of the schemas of the corpus. They take a minute, so the tests of one JVM share them.
final class CorpusProofs {

    private static Map<Schema, Proved> known;

    private CorpusProofs() {}

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

    /// @param time from the catalog on
    record Proved(Proofs proofs, Duration time) {}

    static synchronized Map<Schema, Proved> all(HedgerowDatabase database) throws SQLException {
        if (known == null) {
            known = new LinkedHashMap<>();
            try (var connection = database.admin()) {
                for (var schema : schemas(database.major())) {
                    known.put(schema, proved(schema, connection));
                }
            }
        }
        return known;
    }

    /// Of the wanted cases, in their order.
    static List<Schema> schemas(int major) {
        return CorpusCase.all().stream()
                .filter(each -> CorpusTest.isWanted(each) && each.runsOn(major))
                .flatMap(each -> Stream.of(new Schema(each, "bad"), new Schema(each, "good")))
                .toList();
    }

    private static Proved proved(Schema schema, Connection connection) throws SQLException {
        var each = schema.of();
        if (each.preset().isEmpty()) {
            try (var scratch = new Scratch(connection)) {
                scratch.load(CorpusScore.USUAL_GRANTS);
                scratch.load(schema.sql());
                var settings = new SettingsReader(connection, RuleCatalog.load()).read(each.config());
                return proved(connection, Catalog.read(connection), settings);
            }
        }
        try (var loaded = LoadedDatabase.load(List.of(schema.file()), EmbeddedPostgres.USUAL, each.preset(), _ -> {})) {
            var reviewed = new Reviewer(RuleCatalog.load(), each.config(), _ -> false)
                    .review(loaded.connection(), loaded.origin(), Progress.NONE);
            loaded.connection().setAutoCommit(false);
            return proved(loaded.connection(), reviewed.catalog(), reviewed.settings());
        }
    }

    private static Proved proved(Connection connection, Catalog catalog, Settings settings) throws SQLException {
        var start = System.nanoTime();
        var proofs =
                Prover.prove(connection, catalog, settings, ProveOptions.DEFAULTS, Optional.of(connection), _ -> {});
        return new Proved(proofs, Duration.ofNanos(System.nanoTime() - start));
    }
}
