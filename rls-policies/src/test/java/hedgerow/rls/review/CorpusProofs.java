package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the prover says of the schemas of the corpus. They take a minute, so the tests of one JVM share them.
final class CorpusProofs {

    private static Map<Schema, Proved> known;

    private CorpusProofs() {}

    /// @param twin `bad` or `good`
    record Schema(CorpusCase of, String twin) {

        @Override
        public String toString() {
            return of.name() + "/" + twin;
        }
    }

    /// @param time from the catalog on
    record Proved(Proofs proofs, Duration time) {}

    /// Of the wanted cases, in their order.
    static synchronized Map<Schema, Proved> all(HedgerowDatabase database) throws SQLException {
        if (known == null) {
            known = new LinkedHashMap<>();
            try (var connection = database.admin()) {
                for (var each : CorpusCase.all()) {
                    if (CorpusTest.isWanted(each) && each.runsOn(database.major())) {
                        known.put(new Schema(each, "bad"), proved(each, each.bad(), "bad.sql", connection));
                        known.put(new Schema(each, "good"), proved(each, each.good(), "good.sql", connection));
                    }
                }
            }
        }
        return known;
    }

    private static Proved proved(CorpusCase each, String sql, String file, Connection connection) throws SQLException {
        if (each.preset().isEmpty()) {
            try (var scratch = new Scratch(connection)) {
                scratch.load(CorpusScore.USUAL_GRANTS);
                scratch.load(sql);
                var settings = new SettingsReader(connection, RuleCatalog.load()).read(each.config());
                return proved(connection, Catalog.read(connection), settings);
            }
        }
        var paths = List.of(each.file(file));
        try (var loaded = LoadedDatabase.load(paths, EmbeddedPostgres.USUAL, each.preset(), _ -> {})) {
            var reviewed = new Reviewer(RuleCatalog.load(), each.config(), _ -> false)
                    .review(loaded.connection(), loaded.origin(), Progress.NONE);
            loaded.connection().setAutoCommit(false);
            return proved(loaded.connection(), reviewed.catalog(), reviewed.settings());
        }
    }

    private static Proved proved(Connection connection, Catalog catalog, Settings settings) throws SQLException {
        var start = System.nanoTime();
        var proofs = Prover.prove(
                connection, catalog, settings, ProveOptions.DEFAULTS, Optional.of(connection), _ -> {});
        return new Proved(proofs, Duration.ofNanos(System.nanoTime() - start));
    }
}
