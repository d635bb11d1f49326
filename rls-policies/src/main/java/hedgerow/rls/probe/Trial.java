package hedgerow.rls.probe;

import hedgerow.rls.catalog.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A random statement in a state of the rows, which can be tried again and made smaller.
///
/// @param attacker who runs it
/// @param home whose rows the attacker may see
/// @param state changes that bring the rows into their state
/// @param question that is asked; empty for writes
/// @param disturbance changes of rows that are not the attacker's
/// @param condition that splits the rows of the question
/// @param writes of the attacker
record Trial(
        Oracle oracle,
        Actor attacker,
        Party home,
        List<String> state,
        Optional<Question> question,
        List<String> disturbance,
        Optional<Question.Test> condition,
        List<RandomWrites.Write> writes) {

    static Trial of(Oracle oracle, Actor attacker, Party home, List<String> state, Question question) {
        return new Trial(oracle, attacker, home, state, Optional.of(question), List.of(), Optional.empty(), List.of());
    }

    static Trial ofWrites(Actor attacker, Party home, List<String> state, List<RandomWrites.Write> writes) {
        return new Trial(Oracle.WRITE, attacker, home, state, Optional.empty(), List.of(), Optional.empty(), writes);
    }

    Trial after(List<String> changes) {
        return new Trial(oracle, attacker, home, state, question, changes, condition, writes);
    }

    Trial splitBy(Question.Test test) {
        return new Trial(oracle, attacker, home, state, question, disturbance, Optional.of(test), writes);
    }

    // --- statements ----------------------------------------------------------------------------------------------

    /// A query for the number of rows and for a number derived from their contents in any order.
    static String digest(String query) {
        return "select array[count(*)::text, coalesce(sum(hashtextextended(x::text, 0)), 0)::text] from (%s) x"
                .formatted(query);
    }

    /// The rows of a table that a session is shown.
    static String visible(Relation table) {
        return "select array[coalesce(array_agg(ctid)::text, '{}')] from only %s".formatted(table.quoted());
    }

    /// A table as somebody whom no policy binds writes it: the rows that the session is shown and that are
    /// its tenant's.
    ///
    /// @param foreign the condition on rows that are not
    static String twin(Relation table, String visible, String foreign) {
        return "(select * from only %s where ctid = any ('%s') and not (%s))"
                .formatted(table.quoted(), visible, foreign);
    }

    /// The three queries whose rows make those of a query.
    static List<String> parts(Question question, Question.Test condition) {
        var sql = Question.sql(condition, Relation::quoted);
        return List.of(
                question.and(condition).sql(),
                question.and(new Question.Test.Not(condition)).sql(),
                question.and(new Question.Test.Atom("(%s) is null".formatted(sql)))
                        .sql());
    }

    // --- smaller -------------------------------------------------------------------------------------------------

    /// The trials that lack one part of this one.
    List<Trial> smaller() {
        var all = new ArrayList<Trial>();
        for (var i = 0; i < writes.size(); i++) {
            all.add(new Trial(oracle, attacker, home, state, question, disturbance, condition, without(writes, i)));
        }
        for (var i = 0; i < writes.size(); i++) {
            for (var less : writes.get(i).smaller().toList()) {
                var changed = new ArrayList<>(writes);
                changed.set(i, less);
                all.add(new Trial(oracle, attacker, home, state, question, disturbance, condition, changed));
            }
        }
        question.ifPresent(query -> query.smaller()
                .forEach(less -> all.add(
                        new Trial(oracle, attacker, home, state, Optional.of(less), disturbance, condition, writes))));
        for (var i = 0; i < state.size(); i++) {
            all.add(new Trial(oracle, attacker, home, without(state, i), question, disturbance, condition, writes));
        }
        for (var i = 0; i < disturbance.size(); i++) {
            all.add(new Trial(oracle, attacker, home, state, question, without(disturbance, i), condition, writes));
        }
        return all;
    }

    private static <T> List<T> without(List<T> all, int place) {
        var left = new ArrayList<>(all);
        left.remove(place);
        return left;
    }

    // --- as a script ---------------------------------------------------------------------------------------------

    /// The trial as a script for psql, over the rows of the seed.
    ///
    /// @param twins tables as the twin writes them
    String script(Map<Relation, String> twins) {
        var lines = new ArrayList<>(state);
        lines.add(Entry.Superuser.typed(attacker).strip().replaceFirst(";$", ""));
        question.map(Question::sql).ifPresent(lines::add);
        writes.stream().map(RandomWrites.Write::sql).forEach(lines::add);
        condition.ifPresent(test -> lines.addAll(parts(question.orElseThrow(), test)));
        if (!twins.isEmpty()) {
            lines.add("reset session authorization");
            Function<Relation, String> spelled = table -> twins.getOrDefault(table, table.quoted());
            lines.add(question.orElseThrow().sql(spelled));
        }
        if (!disturbance.isEmpty()) {
            lines.add("reset session authorization");
            lines.addAll(disturbance);
            lines.add(Entry.Superuser.typed(attacker).strip().replaceFirst(";$", ""));
            question.map(Question::sql).ifPresent(lines::add);
        }
        return String.join(";\n", lines);
    }
}
