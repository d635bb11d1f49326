package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Compares the leaks that refutations name with those in the labels of the corpus, and with docs/leaks.md.
class CorpusLeaksTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]\\d{2}) \\|");

    /// Labelled leaks that no refutation names, and why.
    private static final Map<String, String> NOT_YET = Map.ofEntries(
            Map.entry("accessor-falls-back B19", "the policy is named, and not the accessor"),
            Map.entry("admin-over-support A07", "the policy is named, and not the membership"),
            Map.entry("api-table-forgotten D04", "the table is named, and not its column"),
            Map.entry("claims-by-default B04", "operators of JSON are not modelled"),
            Map.entry("materialized-loop C04", "a loop in a function is not read"),
            Map.entry("nobody-of-a-tenant B04", "the branch of the policy is named, and not the variable"),
            Map.entry("not-null-not-valid B05", "a row that a constraint forbids today cannot be inserted"),
            Map.entry("not-null-not-valid B06", "a row that a constraint forbids today cannot be inserted"),
            Map.entry("null-is-null B06", "the comparison is named, and not the column"),
            Map.entry("owner-one-step-away A06", "TRUNCATE is named, and not the membership"),
            Map.entry("policies-read-each-other B38", "the blind write is named"),
            Map.entry("storage-captured-name B12", "elements of arrays are not modelled"),
            Map.entry("storage-captured-name C23", "elements of arrays are not modelled"),
            Map.entry("supabase-anon-signup-leak B07", "the condition is named, and not the role"),
            Map.entry("supabase-shadowed-helper B25", "the helper's body is not read"),
            Map.entry("supabase-shadowed-helper D06", "the helper's body is not read"),
            Map.entry("trigger-fills-in-anothers C13", "a value that a trigger reads is not replayed"),
            Map.entry("two-collations B42", "collations are not replayed"),
            Map.entry("worker-with-bypassrls C25", "the role is named, and not its job"),
            Map.entry("bucket-for-everybody B36", "what is deleted blindly is shown as well"),
            Map.entry("foreign-table-read-directly C05", "foreign tables are not modelled"),
            Map.entry("tenant-role-by-membership A09", "no role that is a tenant is found"),
            Map.entry("tenant-role-in-another A08", "the policy is named, and not the membership"),
            Map.entry("tenant-stored-for-a-function B19", "the policy is named, and not the accessor"));

    private static Map<Corpus.Schema, Corpus.Verdicts> proofs;

    @BeforeAll
    static void prove() throws SQLException {
        proofs = Corpus.all(DATABASE);
    }

    @Test
    void every_labelled_leak_is_named_by_a_refutation() {
        var missing = new ArrayList<String>();
        proofs.forEach((schema, proved) -> {
            if (schema.isBad() && !schema.of().claims().bad().isEmpty()) {
                var named = named(proved);
                schema.of().leaks().stream()
                        .filter(leak -> !named.contains(leak))
                        .forEach(leak ->
                                missing.add("%s %s".formatted(schema.of().name(), leak)));
            }
        });
        assertThat(missing).isSubsetOf(NOT_YET.keySet());
        if (System.getProperty("corpus") == null) {
            assertThat(missing).as("what is named leaves the list").containsAll(NOT_YET.keySet());
        }
    }

    @Test
    void leaks_not_yet_named_are_labels_of_the_corpus() {
        var labelled = CorpusCase.all().stream()
                .flatMap(each -> each.leaks().stream().map(leak -> "%s %s".formatted(each.name(), leak)))
                .collect(Collectors.toSet());
        assertThat(labelled).containsAll(NOT_YET.keySet());
    }

    @Test
    void every_refutation_names_a_known_leak_and_the_object_at_fault() throws IOException {
        var known = ROW.matcher(Files.readString(Path.of("../docs/leaks.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
        proofs.forEach((schema, proved) -> proved.proofs().cells().forEach(cell -> {
            if (cell.verdict() instanceof Verdict.Refuted(var leak)) {
                var place = "%s: %s of %s, %s".formatted(schema, cell.claim(), cell.object(), cell.gate());
                assertThat(leak.ids()).as(place).isNotEmpty().isSubsetOf(known);
                assertThat(leak.cause()).as(place).isNotEmpty();
            }
        }));
    }

    private static Set<String> named(Corpus.Verdicts proved) {
        var named = new TreeSet<String>();
        proved.proofs().cells().forEach(cell -> {
            if (cell.verdict() instanceof Verdict.Refuted(var leak)) {
                named.addAll(leak.ids());
            }
        });
        return named;
    }
}
