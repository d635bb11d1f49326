package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.smt.Smt2File;
import hedgerow.rls.smt.SolverAnswer;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Z3 and cvc5 agree with the prover on the questions about the corpus, from the files that users get. A
/// few cases, unless `-Dsolvers.cases=1000` or `-Dcorpus=<glob>` chooses others.
class SecondSolversTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final int CASES = Integer.getInteger("solvers.cases", 6);
    private static final long SEED = Long.getLong("solvers.seed", 18);

    @TempDir
    private static Path folder;

    /// The files, by name of the case and of the file.
    private static final Map<String, String> FILES = new TreeMap<>();

    @BeforeAll
    static void prove() throws SQLException, IOException {
        var cases = new ArrayList<CorpusCase>();
        for (var each : CorpusCase.all()) {
            if (CorpusTest.isWanted(each)
                    && each.runsOn(DATABASE.major())
                    && each.preset().isEmpty()) {
                cases.add(each);
            }
        }
        Collections.shuffle(cases, new Random(SEED));
        try (var connection = DATABASE.admin()) {
            for (var each : cases.subList(0, Math.min(CASES, cases.size()))) {
                for (var schema : List.of("bad", "good")) {
                    var own =
                            Files.createDirectories(folder.resolve(each.name()).resolve(schema));
                    try (var scratch = new Scratch(connection)) {
                        scratch.load(Corpus.USUAL_GRANTS);
                        scratch.load(schema.equals("bad") ? each.bad() : each.good());
                        var settings = new SettingsReader(connection, RuleCatalog.load()).read(each.config());
                        var usual = ProveOptions.DEFAULTS;
                        var options = new ProveOptions(
                                usual.claims(),
                                usual.roles(),
                                usual.objects(),
                                usual.timeout(),
                                false,
                                Optional.of(own));
                        Prover.prove(
                                connection, Catalog.read(connection), settings, options, Optional.empty(), _ -> {});
                    }
                    collect(own);
                }
            }
        }
    }

    private static void collect(Path own) throws IOException {
        try (var files = Files.list(own)) {
            for (var file :
                    files.filter(file -> file.toString().endsWith(".smt2")).toList()) {
                FILES.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
    }

    @Test
    void every_solver_gives_the_same_answer() {
        var solvers = SecondSolver.available();
        assumeThat(solvers).as("native libraries of other solvers").isNotEmpty();
        var unknown = new EnumMap<SecondSolver, Integer>(SecondSolver.class);
        for (var file : FILES.entrySet()) {
            var expected = Smt2File.expected(file.getValue());
            for (var solver : solvers) {
                var answer = solver.solve(file.getValue());
                if (answer == SolverAnswer.UNKNOWN || expected == SolverAnswer.UNKNOWN) {
                    unknown.merge(solver, 1, Integer::sum);
                } else {
                    assertThat(answer)
                            .as("%s of %s:%n%s", solver, file.getKey(), file.getValue())
                            .isEqualTo(expected);
                }
            }
        }
        System.out.println("%d questions, unknown: %s".formatted(FILES.size(), unknown));
        assertThat(FILES).hasSizeGreaterThan(10 * Math.min(CASES, 2));
        assertThat(unknown.values()).allMatch(count -> count * 100 <= FILES.size());
    }

    @Test
    void a_proof_without_one_of_its_conditions_is_noticed() {
        var solvers = SecondSolver.available();
        assumeThat(solvers).as("native libraries of other solvers").isNotEmpty();
        var proof = FILES.values().stream()
                .filter(text -> Smt2File.expected(text) == SolverAnswer.UNSATISFIABLE && text.contains("; policy "))
                .findFirst()
                .orElseThrow();
        var edited = proof.replaceAll("(?s)(; policy [^\\n]*\\n)\\(assert.*?(?=\\n[;(])", "$1");
        assertThat(edited).isNotEqualTo(proof);
        assertThat(solvers)
                .allSatisfy(solver -> assertThat(solver.solve(edited)).isEqualTo(SolverAnswer.SATISFIABLE));
    }

    @Test
    void a_file_states_its_question() {
        assertThat(FILES.values())
                .allSatisfy(text -> assertThat(text)
                        .startsWith("; ")
                        .contains("(set-info :source |", "(set-logic QF_UFLRA)", "(check-sat)")
                        .satisfies(each -> assertThat(each.lines()).allMatch(line -> line.length() < 200)));
    }
}
