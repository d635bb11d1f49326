package hedgerow.sql;

import hedgerow.sql.ScriptFailure.Report;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The messages of psql on standard error: notices are passed on, and the last message becomes the failure
/// if psql gives up.
final class PsqlMessages {

    private static final Pattern FIRST = Pattern.compile(
            "psql:(?<file>.+?):(?<line>[0-9]+): " + "(?<severity>[^: ]+): +((?<state>[0-9A-Z]{5}): )?(?<message>.*)");
    private static final Pattern EXCERPT = Pattern.compile("LINE (?<line>[0-9]+): (?<text>.*)");
    private static final Pattern LABEL =
            Pattern.compile("(?<label>DETAIL|HINT|CONTEXT|QUERY|LOCATION|[A-Z]+ NAME): +(?<text>.*)");

    private final SqlScript script;
    private final SqlScript executed;
    private final PrintWriter err;
    private final List<String> current = new ArrayList<>();

    /// Reads the messages about one script.
    ///
    /// @param executed the same statements as in `script`, in the place where psql found them
    PsqlMessages(SqlScript script, SqlScript executed, PrintWriter err) {
        this.script = script;
        this.executed = executed;
        this.err = err;
    }

    void read(Reader from) {
        try (var lines = new BufferedReader(from)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (FIRST.matcher(line).matches()) {
                    finish();
                }
                current.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Prints the last message, which was not a failure.
    void finish() {
        if (!current.isEmpty()) {
            var first = FIRST.matcher(current.getFirst());
            err.println(
                    first.matches() ? first.group("severity") + ":  " + first.group("message") : current.getFirst());
            var kept = current.stream()
                    .skip(1)
                    .filter(line -> !line.startsWith("LOCATION:"))
                    .toList();
            kept.forEach(err::println);
            err.flush();
            current.clear();
        }
    }

    ScriptFailure failure() {
        var first = FIRST.matcher(current.isEmpty() ? "" : current.getFirst());
        if (!first.matches()) {
            return ScriptFailure.of("psql gave up", "read its messages: " + String.join("\n", current));
        }
        var origin = origin(first.group("file"));
        var statement = origin.flatMap(file -> statement(file, Integer.parseInt(first.group("line"))));
        var state = Optional.ofNullable(first.group("state")).orElse("");
        return new ScriptFailure(
                new Report(
                        state,
                        message(first),
                        statement.map(Place::at).orElseGet(() -> place(first, origin)),
                        statement.flatMap(this::errorAt).orElse(""),
                        statement.map(place -> place.statement().firstLine()).orElse(""),
                        labelled("DETAIL"),
                        labelled("HINT")),
                null);
    }

    /// A statement and its script.
    ///
    /// @param script the script that contains the statement, as the user wrote it
    private record Place(SqlScript script, SqlStatement statement) {
        String at() {
            return script.place(statement.start());
        }
    }

    private Optional<SqlScript> origin(String file) {
        if (executed.path().map(Path::toString).filter(file::equals).isPresent()) {
            return Optional.of(executed);
        }
        return file.endsWith("session.sql") ? Optional.empty() : Optional.of(SqlScript.read(Path.of(file)));
    }

    /// The statement that ends in this line; of several, the one that contains the excerpt. psql reports
    /// only the line.
    private Optional<Place> statement(SqlScript file, int line) {
        var statements = file.statements();
        var candidates = IntStream.range(0, statements.size())
                .filter(i -> file.line(statements.get(i).ending()) == line)
                .filter(i -> excerpt()
                        .map(text -> statements.get(i).text().contains(text))
                        .orElse(true))
                .toArray();
        if (candidates.length != 1) {
            return Optional.empty();
        }
        var origin = file == executed ? script : file;
        return Optional.of(new Place(origin, origin.statements().get(candidates[0])));
    }

    private Optional<String> errorAt(Place place) {
        return excerptLine().flatMap(index -> {
            var excerpt = EXCERPT.matcher(current.get(index));
            excerpt.matches();
            var caret = index + 1 < current.size() ? current.get(index + 1).indexOf('^') : -1;
            var text = excerpt().orElseThrow();
            var column = caret - excerpt.start("text") - excerpt.group("text").indexOf(text);
            var found = place.statement().text().indexOf(text);
            return caret < 0 || found < 0
                    ? Optional.empty()
                    : Optional.of(place.script().place(place.statement().start() + found + column));
        });
    }

    /// The line of code that the server points at, without the dots by which psql abbreviates it.
    private Optional<String> excerpt() {
        return excerptLine().map(index -> {
            var line = EXCERPT.matcher(current.get(index));
            line.matches();
            return line.group("text")
                    .replaceFirst("^\\.\\.\\.", "")
                    .replaceFirst("\\.\\.\\.$", "")
                    .replaceFirst(";$", "");
        });
    }

    private Optional<Integer> excerptLine() {
        return IntStream.range(0, current.size())
                .filter(i -> EXCERPT.matcher(current.get(i)).matches())
                .boxed()
                .findFirst();
    }

    private static String place(Matcher first, Optional<SqlScript> origin) {
        return origin.map(file -> "%s:%s".formatted(file.name(), first.group("line")))
                .orElse("");
    }

    /// Reads a whole message, which can have several lines.
    private String message(Matcher first) {
        var more = current.stream()
                .skip(1)
                .takeWhile(line ->
                        !LABEL.matcher(line).matches() && !EXCERPT.matcher(line).matches())
                .map("\n"::concat)
                .reduce("", String::concat);
        return first.group("message") + more;
    }

    private String labelled(String label) {
        return current.stream()
                .map(LABEL::matcher)
                .filter(line -> line.matches() && line.group("label").equals(label))
                .map(line -> line.group("text"))
                .findFirst()
                .orElse("");
    }
}
