package hedgerow.rls.logic;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A schema with its own roles, tables, grants and policies, all random.
class RandomAccess {

    static final String TENANT = "'a'";

    private static final List<String> CONDITIONS = List.of(
            "true",
            "false",
            "null::boolean",
            "id = 1",
            "tenant = current_setting('gates.tenant', true)",
            "tenant is distinct from current_setting('gates.tenant', true)");

    protected final Random random;
    private final int major;
    protected final List<String> sql = new ArrayList<>();
    final String schema;
    final List<String> roles;
    final List<String> tables;

    /// Whether every condition is true, so that every applicable policy admits rows.
    final boolean open;

    /// A case.
    ///
    /// @param number of the case, in the names of its roles and of its schema
    RandomAccess(long seed, int number, int major) {
        this.random = new Random(seed);
        this.major = major;
        this.schema = "gates_" + number;
        this.roles = names("gates_%d_r".formatted(number));
        this.tables = names("t");
        this.open = random.nextInt(3) == 0;
    }

    private List<String> names(String prefix) {
        return IntStream.rangeClosed(1, 1 + random.nextInt(3))
                .mapToObj(number -> prefix + number)
                .toList();
    }

    List<String> statements() {
        if (sql.isEmpty()) {
            roles.forEach(this::role);
            memberships();
            sql.add("create schema " + schema);
            sql.add("grant usage on schema %s to %s".formatted(schema, pick(grantees())));
            tables.forEach(name -> make(schema + "." + name));
            tables.forEach(name -> secure(schema + "." + name));
        }
        return List.copyOf(sql);
    }

    protected final <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    protected final boolean often() {
        return random.nextInt(3) > 0;
    }

    protected final boolean rarely() {
        return random.nextInt(8) == 0;
    }

    // --- roles ---------------------------------------------------------------------------------------------------

    private void role(String name) {
        var login = random.nextBoolean() ? "login" : "nologin";
        var inherit = often() ? "inherit" : "noinherit";
        var bypass = rarely() ? " bypassrls" : rarely() ? " superuser" : "";
        sql.add("create role %s %s %s%s".formatted(name, login, inherit, bypass));
    }

    /// Creates memberships; later roles are members of earlier ones, so that there is no circle.
    private void memberships() {
        for (var member = 0; member < roles.size(); member++) {
            for (var group = 0; group < member; group++) {
                if (random.nextBoolean()) {
                    join(roles.get(group), roles.get(member));
                }
            }
            for (var predefined : List.of("pg_read_all_data", "pg_write_all_data")) {
                if (rarely()) {
                    join(predefined, roles.get(member));
                }
            }
        }
    }

    private void join(String group, String member) {
        var options = major < 16
                ? random.nextBoolean() ? " with admin option" : ""
                : " with inherit %s, set %s, admin %s".formatted(often(), random.nextBoolean(), random.nextBoolean());
        sql.add("grant %s to %s%s".formatted(group, member, options));
    }

    protected final List<String> grantees() {
        return Stream.concat(Stream.of("public"), roles.stream()).toList();
    }

    // --- tables --------------------------------------------------------------------------------------------------

    /// Creates a table with rows.
    protected void make(String table) {
        sql.add("create table %s (id int, tenant text)".formatted(table));
        sql.add("insert into %s values (1, 'a'), (2, 'b'), (3, null)".formatted(table));
    }

    private void secure(String table) {
        if (random.nextBoolean()) {
            sql.add("alter table %s owner to %s".formatted(table, pick(roles)));
        }
        if (!rarely()) {
            sql.add("alter table %s enable row level security".formatted(table));
        }
        if (random.nextBoolean()) {
            sql.add("alter table %s force row level security".formatted(table));
        }
        IntStream.range(0, random.nextInt(5)).forEach(_ -> grant(table));
        var policies = random.nextInt(6);
        IntStream.range(0, policies).forEach(number -> policy("p" + number, table));
    }

    private void grant(String table) {
        var command = pick(List.of("select", "insert", "update", "delete"));
        var columns = command.equals("delete") || often()
                ? ""
                : pick(List.of("(id)", "(tenant)", "(id, tenant)")).replace("tenant", other());
        sql.add("grant %s %s on %s to %s".formatted(command, columns, table, pick(grantees())));
    }

    private void policy(String name, String table) {
        var command = pick(List.of("all", "all", "select", "insert", "update", "delete"));
        var kind = random.nextInt(5) < 2 ? "restrictive" : "permissive";
        var using = command.equals("insert") || rarely() ? "" : "using (%s)".formatted(condition(table));
        var checks = !command.equals("select") && !command.equals("delete") && random.nextBoolean();
        var check = checks ? "with check (%s)".formatted(condition(table)) : "";
        sql.add("create policy %s on %s as %s for %s to %s %s %s"
                .formatted(name, table, kind, command, pick(grantees()), using, check));
    }

    /// The column other than the id.
    protected String other() {
        return "tenant";
    }

    protected String condition(String table) {
        return open ? "true" : pick(CONDITIONS);
    }

    @Override
    public String toString() {
        return sql.stream().collect(Collectors.joining(";\n", "\n", ";\n"));
    }
}
