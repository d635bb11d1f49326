package hedgerow.rls.why;

import hedgerow.rls.why.Explanation.Command;
import hedgerow.rls.why.Explanation.Trial;
import hedgerow.rls.why.Explanation.Trial.Result;
import hedgerow.rls.why.Explanation.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Runs each command on one row, and undoes it. UPDATE and DELETE find the row by a cursor of whoever sees
/// it, and so read no column themselves: the policies for SELECT play no part.
final class Trials {

    private static final String CURSOR = "hedgerow_why";

    /// The query for interfering code: a BEFORE trigger that sets columns, and triggers or rules that omit
    /// rows, so that the policies are evaluated on other values.
    private static final String INTERFERES = """
        select exists (select from pg_catalog.pg_trigger
                        where tgrelid in (cast(? as bigint), cast(? as bigint)) and not tgisinternal
                          and tgenabled <> 'D' and tgtype & 2 <> 0 and tgtype & cast(? as int) <> 0)
            or exists (select from pg_catalog.pg_rewrite
                        where ev_class = cast(? as bigint) and ev_enabled <> 'D' and ev_type = cast(? as "char"))
        """;

    private final Connection connection;
    private final Table table;
    private final KnownRow row;
    private final Found found;
    private final boolean secret;
    private boolean marked;

    /// Trials on a row.
    ///
    /// @param secret whether messages may quote hidden values
    Trials(Connection connection, Table table, KnownRow row, Found found, boolean secret) {
        this.connection = connection;
        this.table = table;
        this.row = row;
        this.found = found;
        this.secret = secret;
    }

    /// Places a cursor on the row, as whoever sees it.
    void mark() throws SQLException {
        var place = found.place().isEmpty() ? key() : Optional.of(place());
        if (place.isEmpty()) {
            return;
        }
        var declare = "declare %s no scroll cursor for select 1 from %s where %s"
                .formatted(CURSOR, table.sql(), place.get().condition);
        try (var statement = connection.prepareStatement(declare)) {
            Table.set(statement, place.get().values);
            statement.execute();
        }
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("fetch %s".formatted(CURSOR))) {
            marked = rows.next();
        }
    }

    private record Place(String condition, List<String> values) {}

    private Place place() {
        return new Place("tableoid = cast(? as oid) and ctid = cast(? as tid)", found.place());
    }

    /// The primary key of the row; empty if there is none, or the role may not read it.
    private Optional<Place> key() {
        var key = row.columns().stream().filter(KnownRow.Column::key).toList();
        return key.isEmpty() || !key.stream().allMatch(column -> column.read() && isReadable(column))
                ? Optional.empty()
                : Optional.of(new Place(
                        key.stream()
                                .map(column -> "%s = cast(? as %s)".formatted(column.name(), column.type()))
                                .collect(Collectors.joining(" and ")),
                        key.stream().map(column -> column.value().orElseThrow()).toList()));
    }

    private boolean isReadable(KnownRow.Column column) {
        var privilege = table.privilege(Command.SELECT);
        return privilege.whole() || privilege.columns().contains(column.name());
    }

    Trial of(Verdict verdict) throws SQLException {
        var trial = switch (verdict.command()) {
            case SELECT -> select();
            case INSERT -> insert();
            case UPDATE -> update();
            case DELETE -> marked("delete from %s where current of %s".formatted(table.sql(), CURSOR), List.of());
        };
        return trial.contradicts(verdict.outcome()) && isInterfered(verdict.command())
                ? new Trial(
                        Result.NOT_TRIED,
                        trial.statement(),
                        "a BEFORE trigger or a rule takes part, so the statement proves nothing: " + trial.detail())
                : trial;
    }

    private Trial select() throws SQLException {
        if (!table.privilege(Command.SELECT).granted()) {
            return run("select from %s".formatted(table.sql()), List.of());
        }
        var isWhole = table.privilege(Command.SELECT).whole() && !found.place().isEmpty();
        var place = isWhole ? Optional.of(place()) : key();
        return place.isPresent()
                ? run("select 1 from %s where %s".formatted(table.sql(), place.get().condition), place.get().values)
                : notTried("select", "%s may read no key of %s".formatted(table.role(), table.sql()));
    }

    private Trial insert() throws SQLException {
        var privilege = table.privilege(Command.INSERT);
        if (!privilege.granted()) {
            return run("insert into %s default values".formatted(table.sql()), List.of());
        }
        var columns =
                row.columns().stream().filter(column -> !column.generated()).toList();
        if (found.text().isEmpty()) {
            return notTried("insert", "neither the login nor the role may read the whole row");
        }
        var kept = columns.stream()
                .map(KnownRow.Column::name)
                .filter(name -> !privilege.whole() && !privilege.columns().contains(name))
                .toList();
        if (!kept.isEmpty()) {
            return notTried(
                    "insert",
                    "%s may not set %s, so that a new row would differ"
                            .formatted(table.role(), String.join(", ", kept)));
        }
        return run(
                "insert into %s (%s) overriding system value select %s from (select (cast(? as %s)).*) given"
                        .formatted(
                                table.sql(),
                                columns.stream().map(KnownRow.Column::name).collect(Collectors.joining(", ")),
                                columns.stream()
                                        .map(column -> "given." + column.name())
                                        .collect(Collectors.joining(", ")),
                                table.sql()),
                List.of(found.text().get()));
    }

    /// Tries an UPDATE of a column that the role may set, preferably one outside keys and policies, to its
    /// present value.
    private Trial update() throws SQLException {
        var privilege = table.privilege(Command.UPDATE);
        var column = row.columns().stream()
                .filter(each -> !each.generated() && !each.always() && each.read())
                .filter(each -> !privilege.granted()
                        || privilege.whole()
                        || privilege.columns().contains(each.name()))
                .min(Comparator.comparing(KnownRow.Column::indexed).thenComparing(KnownRow.Column::asked));
        if (column.isEmpty()) {
            return notTried("update", "no column that %s may set can be read".formatted(table.role()));
        }
        var set = "update %s set %s = cast(? as %s) where current of %s"
                .formatted(table.sql(), column.get().name(), column.get().type(), CURSOR);
        var value = new ArrayList<String>();
        value.add(column.get().value().orElse(null));
        return marked(set, value);
    }

    private Trial marked(String sql, List<String> values) throws SQLException {
        return marked
                ? run(sql, values)
                : notTried(sql, "the row cannot be pointed at, for want of a key that can be read, or it has changed");
    }

    // --- running -------------------------------------------------------------------------------------------------

    private Trial run(String sql, List<String> values) throws SQLException {
        var before = connection.setSavepoint();
        try (var statement = connection.prepareStatement(sql)) {
            Table.set(statement, values);
            return statement.execute()
                    ? shown(sql, statement.getResultSet().next())
                    : done(sql, statement.getUpdateCount());
        } catch (SQLException e) {
            return failed(sql, e);
        } finally {
            connection.rollback(before);
        }
    }

    private static Trial shown(String sql, boolean row) {
        return row ? new Trial(Result.PASSED, sql, "shows the row") : new Trial(Result.REFUSED, sql, "shows no row");
    }

    private static Trial done(String sql, int count) {
        return count > 0 ? new Trial(Result.PASSED, sql, "1 row") : new Trial(Result.REFUSED, sql, "0 rows");
    }

    /// The trial that ended with an error. Constraints are checked after every policy.
    private Trial failed(String sql, SQLException e) {
        var refused = Failures.isRefusal(e);
        if (e.getSQLState().startsWith("23")) {
            return new Trial(Result.PASSED, sql, "passes every policy; then " + Failures.describe(e));
        }
        return new Trial(refused ? Result.REFUSED : Result.NOT_TRIED, sql, Failures.describe(e, secret && !refused));
    }

    private static Trial notTried(String statement, String why) {
        return new Trial(Result.NOT_TRIED, statement, why);
    }

    private boolean isInterfered(Command command) throws SQLException {
        var event = switch (command) {
            case SELECT -> List.of("0", "1");
            case INSERT -> List.of("4", "3");
            case UPDATE -> List.of("16", "2");
            case DELETE -> List.of("8", "4");
        };
        var oid = Long.toString(table.oid());
        var partition = found.place().isEmpty() ? oid : found.place().getFirst();
        try (var statement = connection.prepareStatement(INTERFERES)) {
            Table.set(
                    statement,
                    Stream.of(oid, partition, event.getFirst(), oid, event.getLast())
                            .toList());
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }
}
