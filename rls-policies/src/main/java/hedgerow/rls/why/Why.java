package hedgerow.rls.why;

import hedgerow.rls.why.Explanation.Answer;
import hedgerow.rls.why.Explanation.Command;
import hedgerow.rls.why.Explanation.Part;
import hedgerow.rls.why.Explanation.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Says which policies admit or deny each command on one row, to the role and the session variables of a connection.
///
/// The server itself evaluates the policies, on the row as it is. A row that the session does not see is answered like
/// a
/// row that does not exist.
///
/// @see <a href="https://www.postgresql.org/docs/18/sql-createpolicy.html">PostgreSQL 18, CREATE POLICY, "Policies
/// Applied
///     by Command Type"</a>
public final class Why {

    private static final String RELATION = """
        select c.oid, c.oid::regclass::text, current_user, not row_security_active(c.oid),
               has_any_column_privilege(c.oid, 'select'), has_any_column_privilege(c.oid, 'insert'),
               has_any_column_privilege(c.oid, 'update'), has_table_privilege(c.oid, 'delete')
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')
        """;

    private static final String POLICIES = """
        select p.polname, p.polpermissive, p.polcmd, pg_get_expr(p.polqual, p.polrelid),
               pg_get_expr(p.polwithcheck, p.polrelid)
          from pg_catalog.pg_policy p
         where p.polrelid = ?
           and exists (select from unnest(p.polroles) role
                        where role = 0 or pg_has_role(current_user, role, 'usage'))
         order by p.polpermissive desc, p.polname
        """;

    private static final String KEY = """
        select quote_ident(attname), format_type(atttypid, atttypmod)
          from pg_catalog.pg_attribute
         where attrelid = ? and attname = ? and attnum > 0 and not attisdropped
        """;

    private final Connection connection;

    /// @param connection bound as the session to be explained; nothing is written
    public Why(Connection connection) {
        this.connection = connection;
    }

    /// @param key column names and the values, as text, that pick one row
    /// @return empty if the session sees no such row, or there is no such table or column
    /// @throws SQLException if the server refuses a value or a policy fails
    public Optional<Explanation> explain(String schema, String table, Map<String, String> key) throws SQLException {
        var relation = relation(schema, table);
        if (relation.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        var questions = relation.get().exempt ? List.<Question>of() : questions(relation.get());
        return answers(relation.get(), questions, key).map(answers -> explanation(relation.get(), questions, answers));
    }

    private record Relation(long oid, String name, String role, boolean exempt, List<Boolean> granted) {}

    /// One expression of one policy, asked for one command.
    private record Question(Command command, String policy, boolean permissive, Part part, String expression) {}

    private Optional<Relation> relation(String schema, String table) throws SQLException {
        try (var statement = connection.prepareStatement(RELATION)) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(relation(rows)) : Optional.empty();
            }
        }
    }

    private static Relation relation(ResultSet row) throws SQLException {
        var granted = List.of(row.getBoolean(5), row.getBoolean(6), row.getBoolean(7), row.getBoolean(8));
        return new Relation(row.getLong(1), row.getString(2), row.getString(3), row.getBoolean(4), granted);
    }

    // --- what to ask ---------------------------------------------------------------------------------------------

    private List<Question> questions(Relation relation) throws SQLException {
        var questions = new ArrayList<Question>();
        try (var statement = connection.prepareStatement(POLICIES)) {
            statement.setLong(1, relation.oid);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    questions(rows).forEach(questions::add);
                }
            }
        }
        return questions;
    }

    private static Stream<Question> questions(ResultSet row) throws SQLException {
        var name = row.getString(1);
        var permissive = row.getBoolean(2);
        var using = Optional.ofNullable(row.getString(4));
        var check = Optional.ofNullable(row.getString(5)).or(() -> using);
        return commands(row.getString(3))
                .flatMap(command -> Stream.concat(
                        using.filter(_ -> command != Command.INSERT).stream()
                                .map(sql -> new Question(command, name, permissive, Part.USING, sql)),
                        check.filter(_ -> command == Command.INSERT || command == Command.UPDATE).stream()
                                .map(sql -> new Question(command, name, permissive, Part.WITH_CHECK, sql))));
    }

    private static Stream<Command> commands(String polcmd) {
        return switch (polcmd) {
            case "r" -> Stream.of(Command.SELECT);
            case "a" -> Stream.of(Command.INSERT);
            case "w" -> Stream.of(Command.UPDATE);
            case "d" -> Stream.of(Command.DELETE);
            default -> Stream.of(Command.values());
        };
    }

    // --- asking --------------------------------------------------------------------------------------------------

    /// The catalog's own expressions, in one SELECT under its own policies: a hidden row stays hidden. They name their
    /// table as the catalog does, so that it has no alias here.
    private Optional<List<Optional<Boolean>>> answers(
            Relation relation, List<Question> questions, Map<String, String> key) throws SQLException {
        var columns = new ArrayList<String>();
        for (var name : key.keySet()) {
            var column = column(relation, name);
            if (column.isEmpty()) {
                return Optional.empty();
            }
            columns.add(column.get());
        }
        var selected = Stream.concat(
                        Stream.of("1"), questions.stream().map(question -> "(%s)".formatted(question.expression)))
                .collect(Collectors.joining(", "));
        var sql = "select %s from %s where %s".formatted(selected, relation.name, String.join(" and ", columns));
        try (var statement = connection.prepareStatement(sql)) {
            var index = 0;
            for (var value : key.values()) {
                statement.setString(++index, value);
            }
            return answers(statement, questions.size());
        }
    }

    private static Optional<List<Optional<Boolean>>> answers(PreparedStatement statement, int count)
            throws SQLException {
        try (var row = statement.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            var answers = new ArrayList<Optional<Boolean>>();
            for (var i = 2; i <= count + 1; i++) {
                var result = row.getBoolean(i);
                answers.add(row.wasNull() ? Optional.empty() : Optional.of(result));
            }
            return Optional.of(answers);
        }
    }

    /// `"column" = cast(? as its type)`.
    private Optional<String> column(Relation relation, String name) throws SQLException {
        try (var statement = connection.prepareStatement(KEY)) {
            statement.setLong(1, relation.oid);
            statement.setString(2, name);
            try (var rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of("%s = cast(? as %s)".formatted(rows.getString(1), rows.getString(2)))
                        : Optional.empty();
            }
        }
    }

    // --- the verdict ---------------------------------------------------------------------------------------------

    private static Explanation explanation(
            Relation relation, List<Question> questions, List<Optional<Boolean>> results) {
        var verdicts = new ArrayList<Verdict>();
        for (var command : Command.values()) {
            var answers = new ArrayList<Answer>();
            for (var i = 0; i < questions.size(); i++) {
                var question = questions.get(i);
                if (question.command == command) {
                    answers.add(new Answer(
                            question.policy, question.permissive, question.part, question.expression, results.get(i)));
                }
            }
            var granted = relation.granted.get(command.ordinal());
            var admitted = relation.exempt || parts(command).allMatch(part -> admits(part, answers));
            verdicts.add(new Verdict(command, granted, granted && admitted, List.copyOf(answers)));
        }
        return new Explanation(relation.name, relation.role, relation.exempt, verdicts);
    }

    private static Stream<Part> parts(Command command) {
        return switch (command) {
            case SELECT, DELETE -> Stream.of(Part.USING);
            case INSERT -> Stream.of(Part.WITH_CHECK);
            case UPDATE -> Stream.of(Part.values());
        };
    }

    /// Some permissive policy and all restrictive ones.
    private static boolean admits(Part part, List<Answer> answers) {
        var asked = answers.stream().filter(answer -> answer.part() == part).toList();
        return asked.stream().anyMatch(answer -> answer.permissive() && answer.admits())
                && asked.stream().allMatch(answer -> answer.permissive() || answer.admits());
    }
}
