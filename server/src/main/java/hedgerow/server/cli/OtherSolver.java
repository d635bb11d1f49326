package hedgerow.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hedgerow.rls.review.Progress;
import hedgerow.rls.smt.Smt2File;
import hedgerow.rls.smt.SolverAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// An external solver: a command that reads an SMT-LIB file and prints `sat`, `unsat` or `unknown`.
record OtherSolver(List<String> command) {

    /// The time limit for its output, in seconds.
    private static final int PATIENCE_SECONDS = 60;

    private static final Set<String> ANSWERS = Set.of("sat", "unsat", "unknown");
    private static final String TRIAL = "(set-logic QF_UFLRA)\n(assert false)\n(check-sat)\n(exit)\n";

    /// The comparison of two solvers.
    ///
    /// @param agreed the number of questions with the same answer
    /// @param unknown the number of questions that it did not answer
    /// @param disagreements one line each
    record Checked(int agreed, int unknown, List<String> disagreements) {

        String summary(OtherSolver other) {
            return "%s: %d agree, %d unknown, %d disagree".formatted(other, agreed, unknown, disagreements.size());
        }
    }

    @Override
    public String toString() {
        return command.getFirst();
    }

    /// Runs the solver on a folder of questions.
    ///
    /// @param folder with files `*.smt2` that name their expected answer
    Checked check(Path folder, Progress progress) throws IOException {
        List<Path> files;
        try (var all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(".smt2"))
                    .sorted()
                    .toList();
        }
        var agreed = 0;
        var unknown = 0;
        var disagreements = new ArrayList<String>();
        for (var file : files) {
            progress.at("asking " + this, agreed + unknown + disagreements.size() + 1, files.size());
            var text = Files.readString(file);
            var expected = Smt2File.expected(text);
            var answer = ask(Smt2File.unanswered(text));
            if (answer == SolverAnswer.UNKNOWN || expected == SolverAnswer.UNKNOWN) {
                unknown++;
            } else if (answer == expected) {
                agreed++;
            } else {
                disagreements.add("error: %s answers %s to %s, where %s was found. Report it, with the file."
                        .formatted(this, Smt2File.spelled(answer), file.getFileName(), Smt2File.spelled(expected)));
            }
        }
        return new Checked(agreed, unknown, disagreements);
    }

    private SolverAnswer ask(String text) throws IOException {
        var question = Files.createTempFile("hedgerow-question-", ".smt2");
        var said = Files.createTempFile("hedgerow-answer-", ".txt");
        try {
            Files.writeString(question, text);
            return run(question, said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return SolverAnswer.UNKNOWN;
        } finally {
            Files.delete(question);
            Files.delete(said);
        }
    }

    private SolverAnswer run(Path question, Path said) throws IOException, InterruptedException {
        var whole = new ArrayList<>(command);
        whole.add(question.toString());
        var process = new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return SolverAnswer.UNKNOWN;
        }
        return Files.readString(said, UTF_8)
                .lines()
                .map(String::strip)
                .filter(ANSWERS::contains)
                .findFirst()
                .map(Smt2File::answer)
                .orElse(SolverAnswer.UNKNOWN);
    }

    static final class Converter implements ITypeConverter<OtherSolver> {
        @Override
        public OtherSolver convert(String value) {
            var solver = new OtherSolver(List.of(value.strip().split("\\s+")));
            try {
                if (solver.ask(TRIAL) == SolverAnswer.UNSATISFIABLE) {
                    return solver;
                }
            } catch (IOException e) {
                throw new TypeConversionException("cannot run %s: %s".formatted(solver, e.getMessage()));
            }
            throw new TypeConversionException(
                    "%s does not answer unsat to (assert false); name a solver that reads SMT-LIB files, such as z3"
                            .formatted(value));
        }
    }
}
