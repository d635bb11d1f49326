package hedgerow.rls.bind;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.postgresql.PGConnection;

/// One tenant of [Fuzz]: does at random what applications do, and compares the rows.
final class FuzzTenant implements Callable<Void> {

    private static final int FEW_ROWS = 12;
    private static final int RARELY = 60;

    private final Fuzz fuzz;
    private final Tenant tenant;
    private final Random random;

    /// The rows that it must have.
    private Map<Long, String> rows = new TreeMap<>();

    private Twin twin;
    private long nextId;

    FuzzTenant(Fuzz fuzz, String name, long seed) {
        this.fuzz = fuzz;
        this.tenant = Tenant.of(name, "someone at " + name, false);
        this.random = new Random(seed);
    }

    @FunctionalInterface
    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    @Override
    public Void call() throws Exception {
        try (var superuser = fuzz.twin()) {
            twin = superuser;
            twin.strings("delete from notes.note where tenant = ?", tenant.id());
            while (!fuzz.isOver()) {
                tenant.call(() -> {
                    step();
                    return null;
                });
                fuzz.disturbInTime(random.nextInt(4), twin);
            }
            expect(truth(), "what the superuser sees in the end");
        }
        return null;
    }

    private void step() throws SQLException {
        if (random.nextInt(RARELY) == 0) {
            costly();
            return;
        }
        switch (random.nextInt(18)) {
            case 0, 1, 2 -> read(this::all);
            case 3 -> read(this::allWithUntypedParameter);
            case 4 -> read(this::allInTransaction);
            case 5, 6, 7 -> insert();
            case 8 -> insertBatch();
            case 9, 10 -> rename();
            case 11 -> delete();
            case 12 -> transaction();
            case 13 -> savepoint();
            case 14 -> failAndGoOn();
            case 15 -> failedCommit();
            case 16 -> foreign();
            default -> unbound();
        }
    }

    /// Does something that costs the pool a connection or time.
    private void costly() throws SQLException {
        if (random.nextInt(3) == 0) {
            slow();
        } else {
            outOfOrder();
        }
    }

    private List<String> strings(Connection connection, String sql) throws SQLException {
        fuzz.count(1);
        return Notes.strings(connection, sql);
    }

    private int update(Connection connection, String sql) throws SQLException {
        fuzz.count(1);
        return Notes.update(connection, sql);
    }

    // Reading

    /// The rows that a superuser finds with an explicit WHERE.
    private List<String> truth() throws SQLException {
        return twin.strings("select id || ' ' || title from notes.note where tenant = ? order by id", tenant.id());
    }

    @FunctionalInterface
    private interface Reading {
        List<String> of(Connection connection) throws SQLException;
    }

    private void read(Reading reading) throws SQLException {
        undisturbed(connection -> expect(reading.of(connection), "what the tenant sees"));
        if (random.nextInt(8) == 0) {
            expect(truth(), "what the superuser sees");
        }
    }

    private List<String> all(Connection connection) throws SQLException {
        return strings(connection, "select id || ' ' || title from notes.note order by id");
    }

    private List<String> allWithUntypedParameter(Connection connection) throws SQLException {
        fuzz.count(1);
        try (var query = connection.prepareStatement(
                "select id || ' ' || title from notes.note where ?::timestamptz is not null order by id")) {
            query.setTimestamp(1, new Timestamp(0));
            var found = new ArrayList<String>();
            try (var result = query.executeQuery()) {
                while (result.next()) {
                    found.add(result.getString(1));
                }
            }
            return found;
        }
    }

    private List<String> allInTransaction(Connection connection) throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        return all(connection);
    }

    private void expect(List<String> found, String what) {
        var wanted = rows.entrySet().stream()
                .map(row -> row.getKey() + " " + row.getValue())
                .toList();
        if (!found.equals(wanted)) {
            fuzz.violated("%s: %s is %s, not %s".formatted(tenant.id(), what, found, wanted));
        }
    }

    // Writing

    private void insert() throws SQLException {
        var id = nextId++;
        var after = new TreeMap<>(rows);
        after.put(id, "inserted " + id);
        write(after, connection -> {
            fuzz.count(1);
            try (var insert = connection.prepareStatement(
                    "insert into notes.note (id, title) values (?, ?)", new String[] {"tenant"})) {
                insert.setLong(1, id);
                insert.setString(2, "inserted " + id);
                insert.executeUpdate();
                try (var keys = insert.getGeneratedKeys()) {
                    check(keys.next() && keys.getString(1).equals(tenant.id()), "the key is of another tenant");
                }
            }
        });
    }

    private void insertBatch() throws SQLException {
        var size = random.nextInt(6) == 0 ? 70 : 1 + random.nextInt(4);
        var after = new TreeMap<>(rows);
        for (var i = 0; i < size; i++) {
            after.put(nextId + i, "batch " + (nextId + i));
        }
        var from = nextId;
        nextId += size;
        write(after, connection -> {
            fuzz.count(size);
            try (var insert = connection.prepareStatement("insert into notes.note (id, title) values (?, ?)")) {
                for (var id = from; id < from + size; id++) {
                    insert.setLong(1, id);
                    insert.setString(2, "batch " + id);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        });
    }

    private void rename() throws SQLException {
        var after = new TreeMap<>(rows);
        var suffix = " " + random.nextInt(100);
        after.replaceAll((id, title) -> "renamed " + id + suffix);
        write(after, connection -> {
            fuzz.count(1);
            try (var update = connection.prepareStatement("update notes.note set title = 'renamed ' || id || ?")) {
                update.setString(1, suffix);
                check(update.executeUpdate() == after.size(), "an update touched other rows");
            }
        });
    }

    private void delete() throws SQLException {
        var after = new TreeMap<>(rows);
        after.keySet().removeIf(id -> rows.size() > FEW_ROWS || id % 3 == 0);
        var sql = rows.size() > FEW_ROWS ? "delete from notes.note" : "delete from notes.note where id % 3 = 0";
        write(
                after,
                connection ->
                        check(update(connection, sql) == rows.size() - after.size(), "a delete touched other rows"));
    }

    /// Commits, rolls back, or returns the connection with the transaction open.
    private void transaction() throws SQLException {
        var end = random.nextInt(3);
        var id = nextId++;
        var after = new TreeMap<>(rows);
        after.put(id, "transaction " + id);
        write(end == 0 ? after : rows, connection -> {
            connection.setAutoCommit(false);
            all(connection);
            update(connection, "insert into notes.note (id, title) values (%1$d, 'transaction %1$d')".formatted(id));
            switch (end) {
                case 0 -> connection.commit();
                case 1 -> connection.rollback();
                default -> {}
            }
        });
    }

    private void savepoint() throws SQLException {
        undisturbed(connection -> {
            connection.setAutoCommit(false);
            var savepoint = connection.setSavepoint();
            update(connection, "delete from notes.note");
            connection.rollback(savepoint);
            expect(all(connection), "what is back after a rollback to a savepoint");
            connection.rollback();
        });
    }

    private void failAndGoOn() throws SQLException {
        undisturbed(connection -> {
            try {
                strings(connection, "select 1 / 0");
                fuzz.violated(tenant.id() + ": an error is missing");
            } catch (SQLException e) {
                if (!e.getSQLState().equals("22012")) {
                    throw e;
                }
                if (connection.isClosed()) {
                    return;
                }
            }
            expect(all(connection), "what the tenant sees after an error");
        });
    }

    /// Inserts two rows with one title: the constraint is deferred, so that COMMIT fails.
    private void failedCommit() throws SQLException {
        refused(
                "23505",
                connection ->
                        update(connection, "insert into notes.note (id, title) values (-1, 'twice'), (-2, 'twice')"));
    }

    private void foreign() throws SQLException {
        refused(
                "42501",
                connection -> update(
                        connection, "insert into notes.note (tenant, id, title) values ('tenant-x', 1, 'foreign')"));
        undisturbed(connection -> check(
                update(connection, "delete from notes.note where tenant <> '%s'".formatted(tenant.id())) == 0,
                "a row of another tenant was deleted"));
    }

    // Refused actions

    private void outOfOrder() throws SQLException {
        switch (random.nextInt(4)) {
            case 0 -> refused("0A000", connection -> update(connection, "set notes.tenant = 'tenant0'"));
            case 1 -> refused("0A000", connection -> update(connection, "commit"));
            case 2 ->
                refused("28000", connection -> Tenant.of("other", "x", false).call(() -> all(connection)));
            default ->
                refused("25006", connection -> {
                    connection.setReadOnly(true);
                    update(connection, "insert into notes.note (id, title) values (-3, 'read-only')");
                });
        }
    }

    /// Checks that the pooled connection itself has no tenant, and that nobody has none.
    private void unbound() throws SQLException {
        try (var connection =
                random.nextBoolean() ? fuzz.unbound() : fuzz.tenants().getConnection(Tenant.none())) {
            check(strings(connection, "select title from notes.note").isEmpty(), "rows without a tenant");
            check(
                    strings(connection, "select coalesce(current_setting('notes.tenant', true), '')")
                            .equals(List.of("")),
                    "a variable without a tenant");
        } catch (SQLException e) {
            checkDisturbed(e);
        }
    }

    private void slow() throws SQLException {
        refused("57014", connection -> {
            connection.setAutoCommit(false);
            update(connection, "set local statement_timeout = '2ms'");
            strings(connection, "select pg_sleep(5)");
        });
    }

    // What happens

    private Connection open() throws SQLException {
        return random.nextInt(4) == 0
                ? fuzz.tenants().forTenant(tenant).getConnection()
                : fuzz.tenants().getConnection();
    }

    /// Runs work that changes nothing.
    private void undisturbed(Work work) throws SQLException {
        try (var connection = fuzz.tenants().getConnection()) {
            work.on(connection);
        } catch (SQLException e) {
            checkDisturbed(e);
        }
    }

    private void refused(String state, Work work) throws SQLException {
        try (var connection = fuzz.tenants().getConnection()) {
            work.on(connection);
            fuzz.violated(tenant.id() + ": was not refused with " + state);
        } catch (SQLException e) {
            if (!state.equals(e.getSQLState())) {
                checkDisturbed(e);
            }
        }
    }

    /// Runs work that turns the rows into `after` or leaves them unchanged; the outcome is known if it was
    /// not disturbed.
    private void write(Map<Long, String> after, Work work) throws SQLException {
        var backend = 0;
        try (var connection = open()) {
            backend = connection.unwrap(PGConnection.class).getBackendPID();
            work.on(connection);
            rows = after;
        } catch (SQLException e) {
            checkDisturbed(e);
            awaitEnd(backend, e);
            if (matches(after)) {
                rows = after;
            }
            expect(truth(), "what a disturbed write left");
        }
    }

    private boolean matches(Map<Long, String> wanted) throws SQLException {
        return truth().equals(wanted.entrySet().stream()
                .map(row -> row.getKey() + " " + row.getValue())
                .toList());
    }

    /// Waits for the end of a backend: after a lost connection the outcome of a write is unknown as long as
    /// its backend lives.
    private void awaitEnd(int backend, SQLException failure) throws SQLException {
        var lost = Twin.isAway(failure);
        var gone = "select 1 where not exists (select from pg_stat_activity where pid = %d)".formatted(backend);
        while (lost && twin.strings(gone).isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private void checkDisturbed(SQLException failure) {
        var state = String.valueOf(failure.getSQLState());
        if (!state.startsWith("08") && !state.startsWith("57")) {
            fuzz.violated("%s: SQLSTATE %s: %s".formatted(tenant.id(), state, failure.getMessage()));
        }
    }

    private void check(boolean holds, String what) {
        if (!holds) {
            fuzz.violated(tenant.id() + ": " + what);
        }
    }
}
