package hedgerow.rls.probe;

import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.SqlText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// The attacks that held, with their rows and controls, as tests that run without Hedgerow.
///
/// Both forms are one SQL script: it makes the rows, and a table of cases with a function that checks each.
public final class Regression {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// The longest block in bytes, less than half of the limit for a constant of a class.
    private static final int LONGEST_BLOCK = 20_000;

    /// A session, by names.
    record Session(String login, String role, Map<String, String> settings) {

        static Session of(Actor actor) {
            var all = new TreeMap<>(actor.stored());
            all.putAll(actor.settings());
            return new Session(actor.login().name(), actor.role().name(), all);
        }

        private String sql() {
            return "%s, %s, %s"
                    .formatted(
                            SqlText.quote(login),
                            SqlText.quote(role),
                            SqlText.quote(JSON.writeValueAsString(settings)));
        }
    }

    record Control(Session session, String statement) {}

    /// An attack that held, or a statement that is refused for want of a privilege.
    ///
    /// @param kind `read`, `write`, `unbound` for a write of a session without identity, `reference`,
    ///     `refused`
    /// @param before statements that make room for it, run as a role that no policy binds
    /// @param counted a query that returns more rows once a reference exists
    /// @param refusals SQLSTATEs that refuse it besides those of privileges and policies
    record Case(
            String name,
            String kind,
            Session session,
            List<String> before,
            String statement,
            Optional<String> counted,
            List<String> refusals,
            Optional<Control> control) {

        static Case refused(Actor actor, Relation table, String command, String statement) {
            return new Case(
                    "%s is refused, %s, %s".formatted(actor.role().name(), table.quoted(), command),
                    "refused",
                    Session.of(actor),
                    List.of(),
                    statement,
                    Optional.empty(),
                    List.of(),
                    Optional.empty());
        }

        private String sql(int number) {
            return "insert into hedgerow_case values (%d, %s, %s, %s, %s, %s, %s, %s, %s)"
                    .formatted(
                            number,
                            SqlText.quote(name),
                            SqlText.quote(kind),
                            session.sql(),
                            array(before),
                            SqlText.quote(statement),
                            counted.map(SqlText::quote).orElse("null"),
                            array(refusals),
                            control.map(known -> known.session.sql() + ", " + SqlText.quote(known.statement))
                                    .orElse("null, null, null, null"));
        }

        private static String array(List<String> texts) {
            return texts.stream().map(SqlText::quote).collect(Collectors.joining(", ", "array[", "]::text[]"));
        }
    }

    /// Cases over the same rows.
    ///
    /// @param own statements that make the shared rows and the attacker's
    /// @param foreign statements that make those of the other tenant
    /// @param rows a query of all rows, with the place and the owner of each
    record Group(String name, List<String> own, List<String> foreign, String rows, List<Case> cases) {

        private List<String> statements() {
            var all = new ArrayList<String>();
            all.add("create function pg_temp.hedgerow_rows() returns table (place text, whose text)"
                    + " language sql as $f$\n%s\n$f$".formatted(rows));
            all.add(resource("regression.sql"));
            all.add(places("null"));
            all.addAll(own);
            all.add(places("false"));
            for (var i = 0; i < cases.size(); i++) {
                all.add(cases.get(i).sql(i + 1));
            }
            all.add("do 'begin perform pg_temp.hedgerow_look(); end'");
            all.addAll(foreign);
            all.add(places("true"));
            return all;
        }

        Group with(Group other) {
            var both = Stream.concat(cases.stream(), other.cases.stream())
                    .distinct()
                    .toList();
            var names = Stream.of(name.split(", "), other.name.split(", "))
                    .flatMap(Stream::of)
                    .distinct()
                    .collect(Collectors.joining(", "));
            return new Group(names, own, foreign, rows, both);
        }

        /// These cases in an order that does not depend on how many databases were attacked.
        Group sorted() {
            var ordered =
                    cases.stream().sorted(Comparator.comparing(Case::name)).toList();
            return new Group(name, own, foreign, rows, ordered);
        }

        private static String places(String foreign) {
            return "insert into hedgerow_place select place, %s from pg_temp.hedgerow_rows()".formatted(foreign)
                    + " on conflict do nothing";
        }
    }

    private final List<Group> rows;
    private final List<Group> groups;

    /// The regression tests; groups over the same rows are merged.
    Regression(List<Group> all) {
        var merged = new LinkedHashMap<List<Object>, Group>();
        for (var group : all) {
            merged.merge(List.of(group.own, group.foreign, group.rows), group, Group::with);
        }
        this.rows = List.copyOf(merged.values());
        this.groups = rows.stream()
                .filter(group -> !group.cases().isEmpty())
                .map(Group::sorted)
                .toList();
    }

    /// A script for psql that makes the rows, and then attacks as an attempt did.
    ///
    /// @return empty if there are several groups of rows
    String script(Attempt attempt) {
        if (rows.size() != 1) {
            return "";
        }
        var group = rows.getFirst();
        var made = Stream.concat(group.own().stream(), group.foreign().stream()).map(statement -> statement + ";");
        return Stream.concat(
                        Stream.concat(Stream.of("begin;"), made),
                        Stream.of(
                                attempt.statement() + ";",
                                "reset session authorization;",
                                "-- " + attempt.reason().lines().findFirst().orElse(""),
                                "rollback;"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /// The number of cases.
    public int size() {
        return groups.stream().mapToInt(group -> group.cases().size()).sum();
    }

    /// Writes one class of JUnit 5 tests, which needs pgJDBC and JUnit alone.
    ///
    /// @param name of the class, in no package
    /// @throws IOException if it cannot be written
    public void writeJUnit5(String name, Writer out) throws IOException {
        var scripts = new StringBuilder();
        var names = new ArrayList<String>();
        for (var group : groups) {
            var blocks = blocks(group.statements());
            for (var block : blocks) {
                var method = "part" + names.size();
                scripts.append("\n    private static String %s() {\n        return \"\"\"\n%s\"\"\";\n    }\n"
                        .formatted(method, escaped(block)));
                names.add("%s, %s()".formatted(literal(group.name()), method));
            }
        }
        out.write(resource("junit5.txt")
                .replace("$NAME$", name)
                .replace(
                        "$PARTS$",
                        names.stream()
                                .map(part -> "        add(groups, %s);\n".formatted(part))
                                .collect(Collectors.joining()))
                .replace("$SCRIPTS$", scripts));
        out.flush();
    }

    /// Writes files of pgTAP tests, for `pg_prove` or psql: one for each group of rows.
    ///
    /// @param directory which is made if there is none
    /// @throws IOException if they cannot be written
    public void writePgTap(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (var i = 0; i < groups.size(); i++) {
            try (var out = Files.newBufferedWriter(directory.resolve("tenants_%d.sql".formatted(i + 1)))) {
                writePgTap(groups.get(i), out);
            }
        }
    }

    private static void writePgTap(Group group, Writer out) throws IOException {
        out.write("-- No tenant reaches the rows of another. Made by hedgerow probe --emit pgtap; needs pgTAP alone.\n"
                + "-- Run it by pg_prove as a superuser, on a test database: everything is rolled back.\n"
                + "\\set ON_ERROR_STOP on\n\\set QUIET on\n\\pset tuples_only on\n\\pset format unaligned\n"
                + "begin;\nselect plan(%d);\n".formatted(group.cases().size()));
        for (var statement : group.statements()) {
            out.write(statement + ";\n");
        }
        out.write("select is(pg_temp.hedgerow_check(n), 'held', name) from hedgerow_case order by n;\n"
                + "select * from finish();\nrollback;\n");
    }

    private static List<String> blocks(List<String> statements) {
        var blocks = new ArrayList<String>();
        var block = new StringBuilder();
        for (var statement : statements) {
            if (block.length() + statement.length() > LONGEST_BLOCK && !block.isEmpty()) {
                blocks.add(block.toString());
                block.setLength(0);
            }
            block.append(statement).append(";\n");
        }
        blocks.add(block.toString());
        return blocks;
    }

    private static String escaped(String block) {
        return block.replace("\\", "\\\\").replace("\"\"\"", "\\\"\"\"").replaceAll("(?m) +$", "\\\\s");
    }

    private static String literal(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String resource(String name) {
        try (var in = Regression.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
