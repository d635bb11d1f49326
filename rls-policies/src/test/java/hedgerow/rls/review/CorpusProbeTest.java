package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.rls.prove.Claim;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Holds the attacks of the probe to the labels of the corpus.
///
/// Only some cases: `-Dcorpus=supabase-*,guc-*`.
class CorpusProbeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final List<String> MISSED = new ArrayList<>();
    private static final List<String> ALARMS = new ArrayList<>();
    private static final List<String> UNCHECKED = new ArrayList<>();
    private static final TreeMap<String, Integer> CLAIMS = new TreeMap<>();

    @BeforeAll
    static void probe() throws SQLException {
        try (var connection = DATABASE.admin()) {
            for (var each : CorpusCase.all()) {
                if (CorpusTest.isWanted(each) && each.runsOn(DATABASE.major())) {
                    note(each, "bad", attempts(each, each.bad(), "bad.sql", connection));
                    note(each, "good", attempts(each, each.good(), "good.sql", connection));
                }
            }
        }
        System.out.println("claims " + CLAIMS);
        MISSED.forEach(name -> System.out.println("missed " + name));
        ALARMS.forEach(name -> System.out.println("false alarm " + name));
        UNCHECKED.forEach(name -> System.out.println("could not check " + name));
    }

    private static Attempts attempts(CorpusCase each, String sql, String file, Connection connection)
            throws SQLException {
        if (each.preset().isEmpty()) {
            try (var scratch = new Scratch(connection)) {
                scratch.load(CorpusScore.USUAL_GRANTS);
                scratch.load(sql);
                var settings = new SettingsReader(connection, RuleCatalog.load()).read(each.config());
                return Probe.run(connection, Catalog.read(connection), settings, ProbeOptions.DEFAULTS, _ -> {});
            }
        }
        var paths = List.of(each.file(file));
        try (var loaded = LoadedDatabase.load(paths, EmbeddedPostgres.USUAL, each.preset(), _ -> {})) {
            var reviewed = new Reviewer(RuleCatalog.load(), each.config(), _ -> false)
                    .review(loaded.connection(), loaded.origin(), Progress.NONE);
            loaded.connection().setAutoCommit(false);
            return Probe.run(
                    loaded.connection(), reviewed.catalog(), reviewed.settings(), ProbeOptions.DEFAULTS, _ -> {});
        }
    }

    private static void note(CorpusCase each, String schema, Attempts attempts) {
        System.out.printf("%tT %s/%s %d cells%n", System.currentTimeMillis(), each.name(), schema, attempts.cells().size());
        if (Boolean.getBoolean("hedgerow.show")) {
            attempts.cells().forEach(System.out::println);
            attempts.gaps().forEach(System.out::println);
        }
        var failing = schema.equals("bad") ? each.claims().bad() : each.claims().good();
        for (var claim : Claim.values()) {
            var fails = failing.contains(claim.id());
            var outcome = attempts.summary(claim);
            CLAIMS.merge((fails ? "fails: " : "holds: ") + outcome.id(), 1, Integer::sum);
            var name = "%s/%s %s".formatted(each.name(), schema, claim.id());
            var why = attempts.cells().stream()
                    .filter(cell -> cell.claim() == claim && cell.outcome() == outcome)
                    .findFirst()
                    .map(cell -> ": %s %s: %s".formatted(cell.object(), cell.attack(), cell.reason()))
                    .orElse("");
            if (fails && outcome != Outcome.LEAKED) {
                MISSED.add(name + " " + outcome.id() + why + attempts.gaps());
            } else if (!fails && outcome == Outcome.LEAKED) {
                ALARMS.add(name + why);
            } else if (outcome == Outcome.COULD_NOT_CHECK) {
                UNCHECKED.add(name + why + attempts.gaps());
            }
        }
    }

    @Test
    void every_failing_claim_is_seen_to_leak() {
        assertThat(MISSED).isEmpty();
    }

    @Test
    void nothing_that_holds_is_said_to_leak() {
        assertThat(ALARMS).isEmpty();
    }
}
