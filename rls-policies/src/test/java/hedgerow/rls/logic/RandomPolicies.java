package hedgerow.rls.logic;

import hedgerow.rls.expr.Generator;
import hedgerow.rls.expr.Value;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Random access with tables of every modelled type, with rows of few values, keys, helpers of all kinds,
/// and policies that read other tables.
final class RandomPolicies extends RandomAccess {

    static final String ALPHA = "aaaaaaaa-0000-4000-8000-000000000001";

    private static final int MOST_ROWS = 3;

    /// Helpers that run as their owner, that change a setting, and that know no NULL.
    private static final String HELPERS = """
        create function app.who(name text) returns boolean stable security definer language sql
            return name = current_user;
        create function app.pinned() returns text stable language sql set app.pin = 'a'
            return current_setting('app.pin', true);
        create function app.absent(name text) returns boolean immutable strict language sql
            return name is null;
        create function app.knows(org uuid) returns boolean stable security definer language sql
            return exists (select from app.%1$s m where m.org = $1 and m.name = current_setting('app.mode', true));
        create function app.sees(org uuid) returns boolean stable language sql
            return exists (select from app.%1$s m where m.org = $1);
        """;

    private final Subselects generator;

    RandomPolicies(long seed, int number, int major) {
        super(seed, number, major);
        this.generator = new Subselects(random, schema, tables);
    }

    @Override
    protected void make(String table) {
        var strict = List.of("n", "name", "org", "flag").stream()
                .filter(_ -> rarely())
                .map(" alter %s set not null"::formatted)
                .toList();
        sql.add("create table %s (%s%s)"
                .formatted(table, Generator.COLUMNS, random.nextBoolean() ? ", primary key (id)" : ""));
        if (!strict.isEmpty()) {
            sql.add("alter table %s%s".formatted(table, String.join(",", strict)));
        }
        if (rarely()) {
            sql.add("alter table %s add unique (org, name)".formatted(table));
        }
        if (rarely()) {
            sql.add("alter table %s add check (n > 0)".formatted(table));
        }
        IntStream.rangeClosed(1, random.nextInt(MOST_ROWS + 1)).forEach(id -> row(table, id, !strict.isEmpty()));
        if (tables.getLast().equals(table.substring(schema.length() + 1))) {
            helpers();
        }
    }

    private void row(String table, int id, boolean strict) {
        var values = List.of(
                String.valueOf(id),
                value(strict, "1", "2", "7"),
                value(strict, "1", "2", "20000000000"),
                value(strict, "'a'", "'b'", "''", "'abc'", "'%s'".formatted(roles.getFirst())),
                value(strict, "'a'", "'B'"),
                value(strict, "true", "false"),
                value(strict, "'" + ALPHA + "'", "'bbbbbbbb-0000-4000-8000-000000000002'"));
        sql.add("insert into %s values (%s) on conflict do nothing".formatted(table, String.join(", ", values)));
    }

    private String value(boolean strict, String... values) {
        return !strict && random.nextInt(4) == 0 ? "null" : pick(List.of(values));
    }

    private void helpers() {
        sql.add(Generator.functions(schema));
        sql.add(HELPERS.formatted(tables.getFirst()).replace("app.", schema + "."));
        sql.add("alter function %s.who(text) owner to %s".formatted(schema, pick(roles)));
        if (rarely()) {
            sql.add("alter function %s.knows(uuid) owner to %s".formatted(schema, pick(roles)));
        }
        if (!rarely()) {
            sql.add("grant usage on schema %s to public".formatted(schema));
            roles.stream()
                    .filter(_ -> !rarely())
                    .forEach(role -> sql.add("grant all on all tables in schema %s to %s".formatted(schema, role)));
        }
    }

    @Override
    protected String other() {
        return "name";
    }

    @Override
    protected String condition(String table) {
        var condition = generator.about(table.substring(schema.length() + 1));
        return switch (random.nextInt(5)) {
            case 0 -> "true";
            case 1, 2 -> "(%s) is not false".formatted(condition);
            default -> condition;
        };
    }

    /// The column that an UPDATE changes in this case.
    String changed() {
        return "org";
    }

    Value changedTo() {
        return Value.of(UUID.fromString(ALPHA));
    }

    /// The sessions, by name of the setting; null if it is not set. The session without settings comes
    /// first: a setting that was once set is empty from then on.
    List<Map<String, String>> sessions() {
        return Stream.of(
                        Arrays.<String>asList(null, null),
                        List.of("", ""),
                        List.of(ALPHA, "on"),
                        List.of("nonsense", "a"))
                .map(values -> {
                    var session = new LinkedHashMap<String, String>();
                    session.put(schema + ".tenant", values.getFirst());
                    session.put(schema + ".mode", values.getLast());
                    return (Map<String, String>) session;
                })
                .toList();
    }

    /// Expressions with sub-selects over the tables, and calls of the helpers.
    private static final class Subselects extends Generator {

        private final String schema;
        private final List<String> tables;
        /// The number of sub-selects; with more of them, each under its table's policies, there are too
        /// many rows to look for.
        private static final int MOST_SUBSELECTS = 2;

        private String enclosing;
        private int aliases;
        private int left;

        Subselects(Random random, String schema, List<String> tables) {
            super(random, schema);
            this.schema = schema;
            this.tables = tables;
        }

        /// A random expression.
        ///
        /// @param table that the expression is about, unqualified
        String about(String table) {
            enclosing = table + ".";
            left = random.nextInt(MOST_SUBSELECTS + 1);
            return bool(random.nextInt(3));
        }

        @Override
        public String bool(int depth) {
            return depth > 0 && left > 0 && random.nextInt(2) == 0 ? subselect(depth) : super.bool(depth);
        }

        @Override
        protected String leaf() {
            return random.nextInt(3) > 0
                    ? super.leaf()
                    : pick(
                            "name = current_user",
                            "app.who(name)",
                            "app.who(current_user)",
                            "app.pinned() = name",
                            "app.absent(name)",
                            "not app.absent(code)",
                            "app.knows(org)",
                            "app.sees(org)",
                            "app.knows(app.tenant())");
        }

        private String subselect(int depth) {
            left--;
            var outer = enclosing;
            var alias = "s" + ++aliases;
            var from = "from %s.%s %s".formatted(schema, table(), alias);
            enclosing = alias + ".";
            var where = "%s and %s".formatted(link(alias, outer), bool(depth - 1));
            enclosing = outer;
            return "("
                    + switch (random.nextInt(9)) {
                        case 0, 1 -> "exists (select %s where %s)".formatted(from, where);
                        case 2 -> "not exists (select %s where %s)".formatted(from, where);
                        case 3 -> "%sorg in (select org %s where %s)".formatted(outer, from, where);
                        case 4 -> "%sn not in (select n %s where %s)".formatted(outer, from, where);
                        case 5 -> "%sname = any (array(select name %s where %s))".formatted(outer, from, where);
                        case 6 -> "%sid > all (select n %s where %s)".formatted(outer, from, where);
                        case 7 -> joined(from, alias, outer);
                        default -> "(select name %s where %s) = 'a'".formatted(from, where);
                    }
                    + ")";
        }

        private String link(String alias, String outer) {
            return pick(
                            "true",
                            "%1$s.org = %2$sorg",
                            "%1$s.id = %2$sn",
                            "%1$s.name = %2$sname",
                            "%1$s.org = app.tenant()")
                    .formatted(alias, outer);
        }

        private String joined(String from, String alias, String outer) {
            var other = "s" + ++aliases;
            var column = pick("org", "id", "name");
            return "exists (select %s join %s.%s %s on %s.%s = %s.%s where %s.flag and %s.name = %sname)"
                    .formatted(from, schema, table(), other, alias, column, other, column, other, alias, outer);
        }

        private String table() {
            return tables.get(random.nextInt(tables.size()));
        }
    }
}
