package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.copy.CopyLab;
import hedgerow.rls.copy.SchemaCopy;
import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.prove.Attacker;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Copies each schema of the corpus, and tries the leaks of those with flaws on the copy.
///
/// One case of four, and the leaks of one of eight, because each is read, written and proved twice. All of
/// certain cases: `-Dcorpus=supabase-*,guc-*`, or `-Dcorpus=*`; all of their leaks:
/// `-Dhedgerow.copy.leaks=all`.
class CorpusCopyTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// The objects that the copies of a case lack, by a word of each name: only an extension of the server
    /// creates tables in `pg_catalog`, and foreign servers are not copied.
    private static final Map<String, List<String>> NOT_COPIED = Map.of(
            "citus-opens-the-fence", List.of("pg_dist_partition"),
            "loopback-fdw", List.of("postgres_fdw", "sale_far", "self"));

    private static final boolean ALL_LEAKS = "all".equals(System.getProperty("hedgerow.copy.leaks"));

    private static final Map<String, Object> MISSING = new TreeMap<>();
    private static final Map<String, Object> DIFFERENT = new TreeMap<>();
    private static final Map<String, Object> OTHER_VERDICTS = new TreeMap<>();
    private static int refuted;

    @BeforeAll
    static void copy() throws SQLException {
        try (var connection = DATABASE.admin();
                var lab = new CopyLab(DATABASE.major())) {
            for (var each : CorpusCase.all()) {
                if (isWanted(each) && each.runsOn(DATABASE.major())) {
                    copy(each, "bad.sql", each.bad(), connection, lab);
                    copy(each, "good.sql", each.good(), connection, lab);
                }
            }
        }
        System.out.println("refuted on copies: " + refuted);
    }

    private static void copy(CorpusCase each, String file, String sql, Connection connection, CopyLab lab)
            throws SQLException {
        if (each.preset().isPresent()) {
            var paths = List.of(each.file(file));
            try (var loaded = LoadedDatabase.load(paths, DATABASE.major(), each.preset(), List.of(), _ -> {})) {
                loaded.connection().setAutoCommit(false);
                compare(each, file, loaded.connection(), lab);
                loaded.connection().rollback();
            }
        } else {
            try (var scratch = new Scratch(connection)) {
                scratch.load(Corpus.USUAL_GRANTS);
                scratch.load(sql);
                compare(each, file, connection, lab);
            }
        }
    }

    private static void compare(CorpusCase each, String file, Connection source, CopyLab lab) throws SQLException {
        var name = each.name() + "/" + file.replace(".sql", "");
        lab.copy(source, copied -> {
            var expected = NOT_COPIED.getOrDefault(each.name(), List.of());
            var missing = copied.copy().missing().stream()
                    .map(SchemaCopy.Missing::object)
                    .toList();
            if (missing.isEmpty() != expected.isEmpty() || isMore(missing, expected)) {
                MISSING.put(name, missing);
            }
            if (isMore(copied.unlike(), expected)) {
                DIFFERENT.put(name, copied.unlike());
            }
            if (file.equals("bad.sql") && (ALL_LEAKS || isOneOf(8, each))) {
                tryLeaks(name, each, source, copied);
            }
        });
    }

    private static boolean isMore(List<String> names, List<String> words) {
        return names.stream().anyMatch(name -> words.stream().noneMatch(name::contains));
    }

    private static boolean isWanted(CorpusCase each) {
        return System.getProperty("corpus") == null ? isOneOf(8, each) : CorpusTest.isWanted(each);
    }

    private static boolean isOneOf(int many, CorpusCase each) {
        return each.name().hashCode() % many == 0;
    }

    private static void tryLeaks(String name, CorpusCase each, Connection source, CopyLab.Copied copied)
            throws SQLException {
        var settings = new SettingsReader(source, RuleCatalog.load()).read(each.config());
        var catalog = copied.catalog();
        var there = verdicts(proofs(source, catalog, settings, source, Map.of()));
        Map<String, String> here;
        try (var stage = copied.copy().stage()) {
            here = verdicts(
                    proofs(source, catalog, settings, stage, copied.copy().lacking()));
        }
        refuted += (int) here.values().stream().filter("seen"::equals).count();
        if (!here.equals(there)) {
            var others = new TreeMap<String, String>();
            here.forEach((cell, verdict) -> {
                if (!verdict.equals(there.get(cell))) {
                    others.put(cell, "%s, not %s".formatted(verdict, there.get(cell)));
                }
            });
            OTHER_VERDICTS.put(name, others);
        }
    }

    private static Proofs proofs(
            Connection source, Catalog catalog, Settings settings, Connection stage, Map<String, String> lacking)
            throws SQLException {
        return Prover.prove(
                source, catalog, settings, ProveOptions.DEFAULTS, Optional.of(stage), lacking, Attacker.NONE, _ -> {});
    }

    private static Map<String, String> verdicts(Proofs proofs) {
        var verdicts = new TreeMap<String, String>();
        for (var cell : proofs.cells()) {
            var verdict = cell.verdict() instanceof Verdict.Refuted(var leak) && leak.seen()
                    ? "seen"
                    : cell.verdict().id();
            verdicts.put("%s %s %s %s".formatted(cell.claim(), cell.object(), cell.gate(), cell.roles()), verdict);
        }
        return verdicts;
    }

    @Test
    void uncopied_objects_are_listed() {
        assertThat(MISSING).isEmpty();
    }

    @Test
    void each_copy_has_the_same_catalog() {
        assertThat(DIFFERENT).isEmpty();
    }

    @Test
    void a_leak_is_seen_on_the_copy_as_on_the_database_itself() {
        assertThat(OTHER_VERDICTS).isEmpty();
        assertThat(refuted).isPositive();
    }
}
