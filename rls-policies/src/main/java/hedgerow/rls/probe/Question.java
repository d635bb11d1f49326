package hedgerow.rls.probe;

import hedgerow.rls.catalog.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A random query, kept in its parts so that it can be written over other relations and made smaller.
///
/// @param items expressions of the select list
/// @param group expressions; empty without GROUP BY
/// @param compound `union all`, `except` ... and the query that follows it
record Question(
        List<String> items,
        List<Source> from,
        Optional<Test> where,
        List<String> group,
        Optional<Test> having,
        Optional<Compound> compound) {

    /// A relation in FROM.
    ///
    /// @param on the condition of the join; empty for the first, and for a cross join
    record Source(Relation object, String alias, boolean outer, Optional<Test> on) {}

    record Compound(String operator, Question query) {}

    /// A condition.
    sealed interface Test {

        record Atom(String sql) implements Test {}

        record Not(Test inner) implements Test {}

        record Both(Test left, Test right) implements Test {}

        record Either(Test left, Test right) implements Test {}

        /// A condition with a sub-query.
        ///
        /// @param head `exists`, or `not exists`, or an expression with `in`
        record Within(String head, Question query) implements Test {}
    }

    static Question of(List<String> items, List<Source> from) {
        return new Question(items, from, Optional.empty(), List.of(), Optional.empty(), Optional.empty());
    }

    Question where(Optional<Test> condition) {
        return new Question(items, from, condition, group, having, compound);
    }

    Question with(Compound other) {
        return new Question(items, from, where, group, having, Optional.of(other));
    }

    /// Narrowed by one more condition.
    Question and(Test condition) {
        return where(Optional.of(
                where.<Test>map(known -> new Test.Both(known, condition)).orElse(condition)));
    }

    /// Whether its rows are those of its tables, so that a condition splits them.
    boolean isPlain() {
        return group.isEmpty()
                && compound.isEmpty()
                && items.stream().noneMatch(item -> item.startsWith("distinct ") || item.contains("("));
    }

    /// Every relation that it reads, sub-queries included.
    Stream<Relation> objects() {
        var conditions = Stream.concat(
                Stream.concat(where.stream(), having.stream()), from.stream().flatMap(source -> source.on.stream()));
        return Stream.of(
                        from.stream().map(Source::object),
                        conditions.flatMap(Question::objects),
                        compound.stream().flatMap(other -> other.query.objects()))
                .flatMap(each -> each)
                .distinct();
    }

    private static Stream<Relation> objects(Test test) {
        return switch (test) {
            case Test.Atom _ -> Stream.of();
            case Test.Not(var inner) -> objects(inner);
            case Test.Both(var left, var right) -> Stream.concat(objects(left), objects(right));
            case Test.Either(var left, var right) -> Stream.concat(objects(left), objects(right));
            case Test.Within(var _, var query) -> query.objects();
        };
    }

    // --- as SQL --------------------------------------------------------------------------------------------------

    String sql() {
        return sql(Relation::quoted);
    }

    /// The query as SQL.
    ///
    /// @param spelled the text of a relation in FROM
    String sql(Function<Relation, String> spelled) {
        var sql = new StringBuilder("select ").append(String.join(", ", items)).append(" from ");
        for (var source : from) {
            if (source != from.getFirst()) {
                sql.append(source.on.isEmpty() ? " cross join " : source.outer ? " left join " : " join ");
            }
            sql.append(spelled.apply(source.object)).append(' ').append(source.alias);
            source.on.ifPresent(test -> sql.append(" on ").append(sql(test, spelled)));
        }
        where.ifPresent(test -> sql.append(" where ").append(sql(test, spelled)));
        if (!group.isEmpty()) {
            sql.append(" group by ").append(String.join(", ", group));
        }
        having.ifPresent(test -> sql.append(" having ").append(sql(test, spelled)));
        compound.ifPresent(
                other -> sql.append(' ').append(other.operator).append(' ').append(other.query.sql(spelled)));
        return sql.toString();
    }

    static String sql(Test test, Function<Relation, String> spelled) {
        return switch (test) {
            case Test.Atom(var sql) -> sql;
            case Test.Not(var inner) -> "not (%s)".formatted(sql(inner, spelled));
            case Test.Both(var left, var right) -> "(%s and %s)".formatted(sql(left, spelled), sql(right, spelled));
            case Test.Either(var left, var right) -> "(%s or %s)".formatted(sql(left, spelled), sql(right, spelled));
            case Test.Within(var head, var query) -> "%s (%s)".formatted(head, query.sql(spelled));
        };
    }

    // --- smaller -------------------------------------------------------------------------------------------------

    /// The queries that lack one part of this one; some may not be valid.
    List<Question> smaller() {
        var all = new ArrayList<Question>();
        compound.ifPresent(other -> {
            all.add(new Question(items, from, where, group, having, Optional.empty()));
            all.add(other.query);
        });
        from.stream().filter(_ -> from.size() > 1).forEach(source -> all.add(without(source)));
        if (having.isPresent()) {
            all.add(new Question(items, from, where, group, Optional.empty(), compound));
        }
        if (where.isPresent()) {
            all.add(where(Optional.empty()));
            smaller(where.get()).forEach(test -> all.add(where(Optional.of(test))));
        }
        if (compound.isEmpty() && items.size() > 1) {
            items.forEach(item -> all.add(new Question(
                    items.stream().filter(other -> other != item).toList(), from, where, group, having, compound)));
        }
        return all;
    }

    static Stream<Test> smaller(Test test) {
        return switch (test) {
            case Test.Atom _ -> Stream.of();
            case Test.Not(var inner) ->
                Stream.concat(Stream.of(inner), smaller(inner).map(Test.Not::new));
            case Test.Both(var left, var right) ->
                Stream.of(
                                Stream.of(left, right),
                                smaller(left).map(less -> (Test) new Test.Both(less, right)),
                                smaller(right).map(less -> (Test) new Test.Both(left, less)))
                        .flatMap(each -> each);
            case Test.Either(var left, var right) ->
                Stream.of(
                                Stream.of(left, right),
                                smaller(left).map(less -> (Test) new Test.Either(less, right)),
                                smaller(right).map(less -> (Test) new Test.Either(left, less)))
                        .flatMap(each -> each);
            case Test.Within(var head, var query) ->
                query.smaller().stream().map(less -> (Test) new Test.Within(head, less));
        };
    }

    private Question without(Source source) {
        var left = new ArrayList<>(from);
        left.remove(source);
        var first = left.getFirst();
        left.set(0, new Source(first.object, first.alias, false, Optional.empty()));
        var alias = source.alias + ".";
        var kept = items.stream().filter(item -> !item.contains(alias)).toList();
        return new Question(
                kept.isEmpty() ? List.of("1") : kept,
                left,
                where.flatMap(test -> without(test, alias)),
                group.stream().filter(item -> !item.contains(alias)).toList(),
                having.flatMap(test -> without(test, alias)),
                compound);
    }

    private static Optional<Test> without(Test test, String alias) {
        return switch (test) {
            case Test.Not(var inner) -> without(inner, alias).map(Test.Not::new);
            case Test.Both(var left, var right) -> either(left, right, alias, Test.Both::new);
            case Test.Either(var left, var right) -> either(left, right, alias, Test.Either::new);
            case Test.Atom _, Test.Within _ ->
                sql(test, Relation::quoted).contains(alias) ? Optional.empty() : Optional.of(test);
        };
    }

    private static Optional<Test> either(
            Test left, Test right, String alias, java.util.function.BinaryOperator<Test> both) {
        var kept = Stream.of(left, right)
                .flatMap(test -> without(test, alias).stream())
                .collect(Collectors.toList());
        return kept.stream().reduce(both);
    }
}
