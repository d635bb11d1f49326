package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.probe.Question.Source;
import hedgerow.rls.probe.Question.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/// Random queries over what a role may read.
final class Questions {

    private static final List<String> COMPARISONS =
            List.of("=", "=", "<>", "<", ">=", "is distinct from", "is not distinct from");
    private static final List<String> SETS = List.of("union", "union all", "intersect", "except");
    private static final int DEEPEST = 3;

    private final Field field;
    private final Role role;
    private final Pool pool;
    private final Random random;
    private final List<Relation> all;
    private final List<Relation> tables;
    private int aliases;

    /// Random queries of a role.
    ///
    /// @param tables those that need no model of their own
    Questions(Field field, Role role, Pool pool, Random random, List<Relation> all, List<Relation> tables) {
        this.field = field;
        this.role = role;
        this.pool = pool;
        this.random = random;
        this.all = all;
        this.tables = tables;
    }

    /// A column of one of the relations that a query reads.
    private record Place(Relation object, String alias, Column column) {

        String sql() {
            return alias + "." + column.quoted();
        }
    }

    Question next() {
        aliases = 0;
        var within = !tables.isEmpty() && random.nextInt(3) > 0 ? tables : all;
        var plain = plain(within, List.of(), 0);
        return switch (random.nextInt(8)) {
            case 0 -> aggregated(plain);
            case 1 ->
                plain.with(new Question.Compound(
                        SETS.get(random.nextInt(SETS.size())),
                        plain.where(Optional.of(test(within, places(plain), 1)))));
            case 2 ->
                new Question(
                        prefixed("distinct ", plain.items()),
                        plain.from(),
                        plain.where(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty());
            default -> plain;
        };
    }

    /// A condition on the rows of a query.
    Test condition(Question question) {
        return test(tables.isEmpty() ? all : tables, places(question), 2);
    }

    private static List<String> prefixed(String word, List<String> items) {
        var changed = new ArrayList<>(items);
        changed.set(0, word + changed.getFirst());
        return changed;
    }

    // --- relations -----------------------------------------------------------------------------------------------

    /// A query without set operations.
    ///
    /// @param outer columns of the queries around it
    private Question plain(List<Relation> within, List<Place> outer, int depth) {
        var from = new ArrayList<Source>();
        var known = new ArrayList<Place>();
        var wanted = depth > 0 ? 1 : 1 + Math.max(0, random.nextInt(5) - 2);
        for (var i = 0; i < wanted; i++) {
            var object = within.get(random.nextInt(within.size()));
            var alias = "a" + aliases++;
            var own = places(object, alias);
            var on = from.isEmpty() ? Optional.<Test>empty() : join(known, own);
            if (from.isEmpty() || on.isPresent() || from.size() == 1 && random.nextInt(8) == 0) {
                from.add(new Source(object, alias, random.nextInt(3) == 0, on));
                known.addAll(own);
            }
        }
        var items = IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(_ -> known.get(random.nextInt(known.size())).sql())
                .distinct()
                .toList();
        var question = Question.of(items, from);
        var places = new ArrayList<>(known);
        places.addAll(outer);
        return random.nextInt(6) == 0 ? question : question.where(Optional.of(test(within, places, depth)));
    }

    private List<Place> places(Question question) {
        return question.from().stream()
                .flatMap(source -> places(source.object(), source.alias()).stream())
                .toList();
    }

    private List<Place> places(Relation object, String alias) {
        return pool.columns(role, object, Command.SELECT).stream()
                .map(column -> new Place(object, alias, column))
                .toList();
    }

    /// On columns that hold the same thing, if there are any; otherwise on columns of one type.
    private Optional<Test> join(List<Place> known, List<Place> own) {
        var pairs = new ArrayList<String>();
        var linked = new ArrayList<String>();
        for (var left : known) {
            for (var right : own) {
                if (left.column.type() == right.column.type() && pool.isOrdered(left.column)) {
                    var sql = "%s = %s".formatted(left.sql(), right.sql());
                    pairs.add(sql);
                    if (root(left).equals(root(right))) {
                        linked.add(sql);
                    }
                }
            }
        }
        var chosen = linked.isEmpty() || random.nextInt(4) == 0 ? pairs : linked;
        return chosen.isEmpty()
                ? Optional.empty()
                : Optional.of(new Test.Atom(chosen.get(random.nextInt(chosen.size()))));
    }

    private Links.At root(Place place) {
        return field.links().root(new Links.At(place.object.oid(), place.column.number()));
    }

    // --- aggregates ----------------------------------------------------------------------------------------------

    private Question aggregated(Question plain) {
        var places = places(plain);
        var key = any(places).sql();
        var measured = any(places);
        var items = new ArrayList<String>(List.of("count(*)", "count(distinct %s::text)".formatted(measured.sql())));
        if (pool.isWhole(measured.column)) {
            items.add("sum(%s)".formatted(measured.sql()));
        }
        if (pool.isText(measured.column) || pool.isWhole(measured.column)) {
            items.add("max(%s)".formatted(measured.sql()));
        }
        if (random.nextBoolean() || !pool.isOrdered(any(places).column)) {
            return new Question(items, plain.from(), plain.where(), List.of(), Optional.empty(), Optional.empty());
        }
        items.add(key + "::text");
        return new Question(
                items,
                plain.from(),
                plain.where(),
                List.of(key + "::text"),
                random.nextBoolean() ? Optional.of(new Test.Atom("count(*) > 1")) : Optional.empty(),
                Optional.empty());
    }

    // --- conditions ----------------------------------------------------------------------------------------------

    private Test test(List<Relation> within, List<Place> places, int depth) {
        return switch (random.nextInt(depth >= DEEPEST ? 4 : 9)) {
            case 4 -> new Test.Not(test(within, places, depth + 1));
            case 5 -> new Test.Both(test(within, places, depth + 1), test(within, places, depth + 1));
            case 6 -> new Test.Either(test(within, places, depth + 1), test(within, places, depth + 1));
            case 7 -> within(within, places, depth + 1);
            default -> atom(places);
        };
    }

    private Test within(List<Relation> within, List<Place> places, int depth) {
        var inner = plain(within, places, Math.max(depth, 2));
        var place = any(places);
        var same = places(inner).stream()
                .filter(own -> own.column.type() == place.column.type() && pool.isOrdered(own.column))
                .toList();
        if (same.isEmpty() || random.nextInt(3) == 0) {
            return new Test.Within(random.nextBoolean() ? "exists" : "not exists", inner);
        }
        var own = any(same);
        return random.nextBoolean()
                ? new Test.Within(
                        place.sql() + (random.nextInt(3) == 0 ? " not in" : " in"),
                        new Question(
                                List.of(own.sql()),
                                inner.from(),
                                inner.where(),
                                List.of(),
                                Optional.empty(),
                                Optional.empty()))
                : new Test.Within(
                        random.nextInt(3) == 0 ? "not exists" : "exists",
                        inner.and(new Test.Atom("%s = %s".formatted(own.sql(), place.sql()))));
    }

    private Test atom(List<Place> places) {
        var place = any(places);
        var sql = place.sql();
        var value = pool.literal(place.object, place.column);
        if (value.isEmpty() || random.nextInt(8) == 0) {
            return new Test.Atom(sql + (random.nextBoolean() ? " is null" : " is not null"));
        }
        if (!pool.isOrdered(place.column)) {
            return new Test.Atom("%s::text = %s::text".formatted(sql, value.get()));
        }
        return new Test.Atom(
                switch (random.nextInt(8)) {
                    case 0 ->
                        "%s in (%s, %s)"
                                .formatted(
                                        sql,
                                        value.get(),
                                        pool.literal(place.object, place.column).orElseThrow());
                    case 1 -> special(place).orElse(sql + " is not null");
                    case 2 ->
                        places.stream()
                                .filter(other -> other != place && other.column.type() == place.column.type())
                                .findAny()
                                .map(other -> "%s %s %s".formatted(sql, comparison(), other.sql()))
                                .orElse("%s %s %s".formatted(sql, comparison(), value.get()));
                    default -> "%s %s %s".formatted(sql, comparison(), value.get());
                });
    }

    private Optional<String> special(Place place) {
        if (pool.isText(place.column)) {
            return Optional.of(
                    random.nextBoolean()
                            ? "length(%s) > %d".formatted(place.sql(), random.nextInt(12))
                            : "%s like '%%%c%%'".formatted(place.sql(), "abvx1_".charAt(random.nextInt(6))));
        }
        return pool.isWhole(place.column)
                ? Optional.of("%s %% %d = %d".formatted(place.sql(), 2 + random.nextInt(3), random.nextInt(2)))
                : Optional.empty();
    }

    private String comparison() {
        return COMPARISONS.get(random.nextInt(COMPARISONS.size()));
    }

    private Place any(List<Place> places) {
        return places.get(random.nextInt(places.size()));
    }
}
