package hedgerow.rls.prove;

import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Search;
import hedgerow.rls.smt.Smt2File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// The folder to which questions are written, each text once, so that anybody can check the answers.
/// `index.tsv` has a line for each question: the file, the answer, and the question in words.
final class Exported {

    static final String INDEX = "index.tsv";

    private static final int LONGEST_NAME = 60;

    private final Path folder;
    private final Model model;
    private final Map<UUID, String> written = new HashMap<>();

    Exported(Path folder, Model model) {
        this.folder = folder;
        this.model = model;
        append("file\tanswer\tclaim\tobject\tgate\tquestion\trole\n");
    }

    /// Writes a question.
    ///
    /// @param companion whether the question is if anybody gets through at all
    void write(Question question, Search search, Search.Found found, boolean companion) {
        var role = model.catalog().role(question.role()).map(Role::name).orElse("?");
        var title = List.of(
                "%s of %s, %s, as %s".formatted(question.claim().id(), question.object(), question.gate(), role),
                companion
                        ? "Does anybody get by at all? unsat: nobody does, and so the claim is closed."
                        : "Is there a state and a session that break the claim? unsat: the claim is proved.",
                "Anything that is not modelled may have any value: its flags are free.");
        var file = search.file(title, found);
        var text = UUID.nameUUIDFromBytes(file.script().getBytes(StandardCharsets.UTF_8));
        var name = written.computeIfAbsent(text, _ -> {
            var fresh = name(question, companion);
            put(folder.resolve(fresh), file.text());
            return fresh;
        });
        var line = List.of(
                name,
                Smt2File.spelled(file.expected()),
                question.claim().id(),
                question.object(),
                question.gate(),
                companion ? "companion" : "claim",
                role);
        append(line.stream().map(part -> part.replaceAll("\\p{Cntrl}", " ")).collect(Collectors.joining("\t")) + "\n");
    }

    private String name(Question question, boolean companion) {
        var about = "%s-%s-%s"
                .formatted(question.claim().id(), question.object(), question.gate())
                .replaceAll("[^A-Za-z0-9.-]+", "_");
        return "%05d-%s%s.smt2"
                .formatted(
                        written.size() + 1,
                        about.substring(0, Math.min(LONGEST_NAME, about.length())),
                        companion ? "-companion" : "");
    }

    private void append(String line) {
        try {
            Files.writeString(folder.resolve(INDEX), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
