package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Random writes: by nobody, to bring rows into other states, and by an attacker.
final class RandomWrites {

    private final Field field;
    private final Pool pool;
    private final Random random;
    private final List<Relation> tables;

    RandomWrites(Field field, Pool pool, Random random) {
        this.field = field;
        this.pool = pool;
        this.random = random;
        this.tables = field.truth().tables();
    }

    /// Changes of rows, whosever they are, and of some that are nobody's from then on.
    List<String> anybodys(int most) throws SQLException {
        var changes = new ArrayList<String>();
        for (var i = random.nextInt(most + 1); i > 0; i--) {
            var table = tables.get(random.nextInt(tables.size()));
            var row = "ctid = (select ctid from only %s order by ctid offset %d limit 1)"
                    .formatted(table.quoted(), random.nextInt(4));
            var owner = table.columns().stream()
                    .filter(column -> field.truth().owners(table).contains(column.number()) && !column.notNull())
                    .findFirst();
            if (owner.isPresent() && random.nextInt(4) == 0) {
                changes.add("update only %s set %s = null where %s"
                        .formatted(table.quoted(), owner.get().quoted(), row));
            } else {
                set(table, free(table))
                        .ifPresent(set ->
                                changes.add("update only %s set %s where %s".formatted(table.quoted(), set, row)));
            }
        }
        return changes;
    }

    /// Changes of rows that are not this tenant's, nor nobody's.
    List<String> others(List<Relation> wanted, Party home, int most) throws SQLException {
        var changes = new ArrayList<String>();
        for (var i = 1 + random.nextInt(most); i > 0; i--) {
            var table = wanted.get(random.nextInt(wanted.size()));
            var foreign = field.truth().isForeign(table, home);
            var which = random.nextBoolean()
                    ? foreign
                    : "ctid = (select ctid from only %s where %s order by ctid offset %d limit 1)"
                            .formatted(table.quoted(), foreign, random.nextInt(3));
            if (random.nextInt(4) == 0) {
                changes.add("delete from only %s where %s".formatted(table.quoted(), which));
            } else {
                set(table, free(table))
                        .ifPresent(set ->
                                changes.add("update only %s set %s where %s".formatted(table.quoted(), set, which)));
            }
        }
        return changes;
    }

    /// Columns that say nothing of whose a row is, and that no other row refers to.
    private List<Column> free(Relation table) {
        return table.columns().stream()
                .filter(column -> !column.generated() && !column.identity())
                .filter(column -> field.weight(table, column) == 0)
                .toList();
    }

    private Optional<String> set(Relation table, List<Column> columns) {
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        var sets = IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(_ -> columns.get(random.nextInt(columns.size())))
                .distinct()
                .flatMap(column ->
                        value(table, column).stream().map(value -> "%s = %s".formatted(column.quoted(), value)))
                .collect(Collectors.joining(", "));
        return sets.isEmpty() ? Optional.empty() : Optional.of(sets);
    }

    private Optional<String> value(Relation table, Column column) {
        return !column.notNull() && random.nextInt(6) == 0 ? Optional.of("null") : pool.literal(table, column);
    }

    // --- by an attacker ------------------------------------------------------------------------------------------

    /// A write to one object.
    ///
    /// @param gate `INSERT`, `UPDATE` or `DELETE`
    /// @param head the text before WHERE
    record Write(Relation object, String gate, String head, Optional<Question.Test> where) {

        String sql() {
            return head
                    + where.map(test -> " where " + Question.sql(test, Relation::quoted))
                            .orElse("");
        }

        Stream<Write> smaller() {
            return where.stream()
                    .flatMap(test -> Stream.concat(
                            Stream.of(new Write(object, gate, head, Optional.empty())),
                            Question.smaller(test).map(less -> new Write(object, gate, head, Optional.of(less)))));
        }
    }

    Optional<Write> by(Role role, List<Relation> objects, Questions questions) throws SQLException {
        var object = objects.get(random.nextInt(objects.size()));
        var condition = random.nextInt(4) == 0 ? Optional.<Question.Test>empty() : where(role, object, questions);
        return switch (random.nextInt(4)) {
            case 0 ->
                field.isOpen(role, object, Command.DELETE)
                        ? Optional.of(
                                new Write(object, "DELETE", "delete from %s a0".formatted(object.quoted()), condition))
                        : Optional.empty();
            case 1 -> insert(role, object);
            default ->
                field.isOpen(role, object, Command.UPDATE)
                        ? set(
                                        object,
                                        field.columns(role, object, Command.UPDATE).stream()
                                                .filter(column -> !column.generated() && !column.identity())
                                                .toList())
                                .map(set -> new Write(
                                        object,
                                        "UPDATE",
                                        "update %s a0 set %s".formatted(object.quoted(), set),
                                        condition))
                        : Optional.empty();
        };
    }

    private Optional<Question.Test> where(Role role, Relation object, Questions questions) {
        if (pool.columns(role, object, Command.SELECT).isEmpty()) {
            return Optional.empty();
        }
        var one = Question.of(List.of("1"), List.of(new Question.Source(object, "a0", false, Optional.empty())));
        return Optional.of(questions.condition(one));
    }

    private Optional<Write> insert(Role role, Relation object) throws SQLException {
        if (!field.isOpen(role, object, Command.INSERT)) {
            return Optional.empty();
        }
        var party = random.nextBoolean() ? Party.OWN : Party.FOREIGN;
        return field.insertion(role, object, party, 20 + random.nextInt(60), java.util.Map.of())
                .map(sql -> new Write(object, "INSERT", sql, Optional.empty()));
    }
}
