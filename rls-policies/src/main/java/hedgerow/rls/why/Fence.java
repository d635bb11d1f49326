package hedgerow.rls.why;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.why.Evaluation.Result;
import hedgerow.rls.why.Explanation.Answer;
import hedgerow.rls.why.Explanation.Command;
import hedgerow.rls.why.Explanation.Outcome;
import hedgerow.rls.why.Explanation.Part;
import hedgerow.rls.why.Explanation.Term;
import hedgerow.rls.why.Explanation.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The policies of a table that bind the session of a connection, and the conclusions from their values.
///
/// @param questions in the order of the gates
record Fence(Table table, List<Question> questions) {

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

    /// The order of policies: permissive ones first, then by name.
    private static final Comparator<Question> ORDER = Comparator.comparing(
                    (Question question) -> !question.policy.permissive())
            .thenComparing(question -> question.policy.name());

    /// One policy at one gate.
    record Question(Gate gate, Policy policy) {

        String sql() {
            return gate.sql(policy).orElseThrow();
        }
    }

    /// Reads the policies that bind the role, as the server itself reports them.
    static Fence of(Table table, Connection connection) throws SQLException {
        if (table.isExempt()) {
            return new Fence(table, List.of());
        }
        var binding = new ArrayList<Policy>();
        try (var statement = connection.prepareStatement(POLICIES)) {
            statement.setLong(1, table.oid());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    binding.add(Policy.read(rows));
                }
            }
        }
        var questions = Stream.of(Gate.values())
                .flatMap(gate -> Gates.Asking.of(binding, gate).policies().map(policy -> new Question(gate, policy)))
                .toList();
        return new Fence(table, questions);
    }

    List<String> expressions() {
        return questions.stream().map(Question::sql).toList();
    }

    /// The verdicts on the commands.
    ///
    /// @param results of [#expressions()]
    /// @param terms of some of them, by expression
    List<Verdict> verdicts(List<Result> results, Map<String, List<Term>> terms) {
        var answered = new HashMap<Question, Result>();
        for (var i = 0; i < questions.size(); i++) {
            answered.put(questions.get(i), results.get(i));
        }
        return Stream.of(Command.values())
                .map(command -> verdict(command, answered, terms))
                .toList();
    }

    private Verdict verdict(Command command, Map<Question, Result> answered, Map<String, List<Term>> terms) {
        var privilege = table.privilege(command);
        var judged = judged(command, answered);
        var answers = questions.stream()
                .filter(question -> question.gate.command().name().equals(command.name()))
                .sorted(ORDER)
                .map(question -> answer(question, answered.get(question), terms))
                .toList();
        return new Verdict(command, privilege, judged.outcome, judged.reason, answers, Optional.empty());
    }

    private static Answer answer(Question question, Result result, Map<String, List<Term>> terms) {
        return new Answer(
                question.policy.name(),
                question.policy.permissive(),
                question.gate.written() ? Part.WITH_CHECK : Part.USING,
                question.sql(),
                result.truth(),
                result.failure(),
                terms.getOrDefault(question.sql(), List.of()));
    }

    // --- what decides --------------------------------------------------------------------------------------------

    private record Judged(Outcome outcome, String reason) {}

    private Judged judged(Command command, Map<Question, Result> answered) {
        var privilege = table.privilege(command);
        if (!privilege.usage()) {
            var schema = table.sql()
                    .substring(0, table.sql().length() - table.alias().length() - 1);
            return denied("%s lacks USAGE on the schema %s".formatted(table.role(), schema));
        }
        if (!privilege.granted()) {
            return denied("%s lacks %s on %s".formatted(table.role(), command, table.sql()));
        }
        if (table.isExempt()) {
            return new Judged(
                    Outcome.ALLOWED, "no policy is asked: " + table.exemption().orElseThrow());
        }
        var gates = Gate.of(Policy.Command.valueOf(command.name()));
        var reasons = new LinkedHashMap<Gate, Judged>();
        gates.forEach(gate -> reasons.put(gate, judged(gate, answered, gates.size() > 1)));
        return Stream.of(Outcome.DENIED, Outcome.UNDECIDED, Outcome.ALLOWED)
                .flatMap(outcome -> reasons.values().stream().filter(each -> each.outcome == outcome))
                .findFirst()
                .orElseThrow();
    }

    private Judged judged(Gate gate, Map<Question, Result> answered, boolean named) {
        var asked = questions.stream().filter(question -> question.gate == gate).toList();
        var row = !named ? "" : gate.written() ? "the new row: " : "the old row: ";
        var failed = asked.stream()
                .filter(question -> answered.get(question).failure().isPresent())
                .findFirst();
        if (failed.isPresent()) {
            return new Judged(
                    Outcome.UNDECIDED,
                    "%spolicy %s could not be evaluated"
                            .formatted(row, failed.get().policy.name()));
        }
        var asking = Gates.Asking.of(asked.stream().map(Question::policy).toList(), gate);
        var refusing = asking.restrictive().stream()
                .filter(policy -> !isTrue(gate, policy, answered))
                .findFirst();
        var admitting = asking.permissive().stream()
                .filter(policy -> isTrue(gate, policy, answered))
                .findFirst();
        if (asking.permissive().isEmpty()) {
            return denied("%sno permissive policy is for %s".formatted(row, gate.command()));
        }
        if (admitting.isEmpty()) {
            return denied("%sno permissive policy is true".formatted(row));
        }
        if (refusing.isPresent()) {
            return denied("%srestrictive policy %s is not true"
                    .formatted(row, refusing.get().name()));
        }
        return new Judged(
                Outcome.ALLOWED, "policy %s is true".formatted(admitting.get().name()));
    }

    private static Judged denied(String reason) {
        return new Judged(Outcome.DENIED, reason);
    }

    private static boolean isTrue(Gate gate, Policy policy, Map<Question, Result> answered) {
        return answered.get(new Question(gate, policy)).truth().orElse(false);
    }
}
