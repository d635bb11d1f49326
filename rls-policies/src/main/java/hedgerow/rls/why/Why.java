package hedgerow.rls.why;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.why.Explanation.Answer;
import hedgerow.rls.why.Explanation.Command;
import hedgerow.rls.why.Explanation.Part;
import hedgerow.rls.why.Explanation.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Says which policies admit or deny each command on one row, to the role and the session variables of a connection.
///
/// The server itself evaluates the policies, on the row as it is. A hidden row gets the same answer as one that does
/// not exist.
public final class Why {

    private static final String RELATION = """
        select c.oid, c.oid::regclass::text, current_user, not row_security_active(c.oid),
               usage and has_any_column_privilege(c.oid, 'select'), usage and has_any_column_privilege(c.oid, 'insert'),
               usage and has_any_column_privilege(c.oid, 'update'), usage and has_table_privilege(c.oid, 'delete')
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         cross join has_schema_privilege(n.oid, 'usage') usage
         where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')
        """;

    private static final String POLICIES = """
        select p.oid, p.polname as name, quote_ident(p.polname) as quoted, p.polpermissive as permissive,
               p.polcmd as command, p.polroles::bigint[] as roles,
               p.polqual::text as using_tree, pg_get_expr(p.polqual, p.polrelid) as using_sql,
               p.polwithcheck::text as check_tree, pg_get_expr(p.polwithcheck, p.polrelid) as check_sql
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

    /// Permissive policies first, then by name.
    private static final Comparator<Question> ORDER = Comparator.comparing(
                    (Question question) -> !question.policy.permissive())
            .thenComparing(question -> question.policy.name());

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

    /// One policy, asked at one gate.
    private record Question(Gate gate, Policy policy) {

        String sql() {
            return gate.sql(policy).orElseThrow();
        }

        Answer answer(Optional<Boolean> result) {
            var part = gate.written() ? Part.WITH_CHECK : Part.USING;
            return new Answer(policy.name(), policy.permissive(), part, sql(), result);
        }
    }

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

    /// Which policies bind the role, the server itself says.
    private List<Question> questions(Relation relation) throws SQLException {
        var binding = new ArrayList<Policy>();
        try (var statement = connection.prepareStatement(POLICIES)) {
            statement.setLong(1, relation.oid);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    binding.add(Policy.read(rows));
                }
            }
        }
        return Arrays.stream(Gate.values())
                .flatMap(gate -> Gates.Asking.of(binding, gate).policies().map(policy -> new Question(gate, policy)))
                .toList();
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
                        Stream.of("1"), questions.stream().map(question -> "(%s)".formatted(question.sql())))
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
        var answered = new LinkedHashMap<Question, Optional<Boolean>>();
        for (var i = 0; i < questions.size(); i++) {
            answered.put(questions.get(i), results.get(i));
        }
        var verdicts = Gate.COMMANDS.stream()
                .map(command -> verdict(relation, command, answered))
                .toList();
        return new Explanation(relation.name, relation.role, relation.exempt, verdicts);
    }

    private static Verdict verdict(
            Relation relation, Policy.Command command, Map<Question, Optional<Boolean>> answered) {
        var named = Command.valueOf(command.name());
        var granted = relation.granted.get(named.ordinal());
        var admitted = relation.exempt || Gate.of(command).stream().allMatch(gate -> admits(gate, answered));
        var answers = answered.entrySet().stream()
                .filter(each -> each.getKey().gate.command() == command)
                .sorted(Comparator.comparing(Map.Entry::getKey, ORDER))
                .map(each -> each.getKey().answer(each.getValue()))
                .toList();
        return new Verdict(named, granted, granted && admitted, answers);
    }

    private static boolean admits(Gate gate, Map<Question, Optional<Boolean>> answered) {
        var asked = answered.keySet().stream()
                .filter(question -> question.gate == gate)
                .map(Question::policy)
                .toList();
        return Gates.Asking.of(asked, gate)
                .admits(policy -> answered.get(new Question(gate, policy)).orElse(false));
    }
}
