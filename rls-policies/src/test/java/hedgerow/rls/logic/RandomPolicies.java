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

    /// Views and functions whose rows policies read: with their owner's or their caller's rights, one through
    /// the other, and such as return arrays.
    private static final String READERS = """
        create view app.owned with (security_barrier) as select * from app.%1$s where flag;
        create view app.invoked with (security_invoker) as select * from app.%2$s;
        create view app.mixed as
            select i.id, i.n, i.big, i.name, i.code, o.flag, i.org
              from app.invoked i left join app.%1$s o on o.org = i.org where not app.sees(i.org) or o.flag;
        create function app.owned_rows() returns setof app.%1$s stable security definer language sql
            as $$ select t.* from app.%1$s t where t.flag $$;
        create function app.named(name text) returns setof app.%2$s stable strict language sql
            as $$ select t.* from app.%2$s t where t.name is distinct from named.name $$;
        create function app.orgs() returns setof uuid stable security definer language sql
            as $$ select t.org from app.%1$s t where t.name = current_setting('app.mode', true) or t.flag $$;
        create function app.org_array() returns uuid[] stable security definer language sql
            as $$ select coalesce(array_agg(t.org), '{}') from app.%1$s t where t.flag $$;
        create function app.org_list() returns uuid[] stable language sql
            as $$ select array_agg(t.org) from app.%2$s t where t.n = 1 $$;
        create function app.both() returns uuid[] stable security definer language sql
            as $$ with named as (select t.org from app.%1$s t where t.flag
                                union all select t.org from app.%2$s t where t.name = 'a')
                  select coalesce(array_agg(named.org), array[]::uuid[]) from named $$;
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
        sql.add(READERS.formatted(tables.getFirst(), pick(tables)).replace("app.", schema + "."));
        Stream.of("view %s.owned", "view %s.invoked", "view %s.mixed", "function %s.owned_rows()")
                .filter(_ -> random.nextInt(3) == 0)
                .map(object -> object.formatted(schema))
                .forEach(object -> sql.add("alter %s owner to %s".formatted(object, pick(roles))));
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
                            "org in (select app.orgs())",
                            "org not in (select app.orgs())",
                            "org = any (app.org_array())",
                            "not org = any (app.org_list())",
                            "org = any (app.both())",
                            "not exists (select from unnest(app.both()) u where u = org)",
                            "exists (select from unnest(app.org_list()) u where u = org)",
                            "app.knows(app.tenant())");
        }

        private String subselect(int depth) {
            left--;
            var outer = enclosing;
            var alias = "s" + ++aliases;
            var from = "from " + source(alias, outer);
            enclosing = alias + ".";
            var where = "%s and %s".formatted(link(alias, outer), bool(depth - 1));
            enclosing = outer;
            return "("
                    + switch (random.nextInt(14)) {
                        case 0, 1 -> "exists (select %s where %s)".formatted(from, where);
                        case 2 -> "not exists (select %s where %s)".formatted(from, where);
                        case 3 -> "%sorg in (select org %s where %s)".formatted(outer, from, where);
                        case 4 -> "%sn not in (select n %s where %s)".formatted(outer, from, where);
                        case 5 -> "%sname = any (array(select name %s where %s))".formatted(outer, from, where);
                        case 6 -> "%sid > all (select n %s where %s)".formatted(outer, from, where);
                        case 7 -> joined(from, alias, outer);
                        case 8 ->
                            "(select count(*) %s where %s) %s"
                                    .formatted(from, where, pick("> 0", "= 0", ">= 1", "< 2"));
                        case 9 ->
                            "(select %s(%s.flag) %s where %s)"
                                    .formatted(pick("bool_or", "bool_and", "every"), alias, from, where);
                        case 10 ->
                            "%s%sorg = any ((select array_agg(%s.org) %s where %s)::uuid[])"
                                    .formatted(pick("", "not "), outer, alias, from, where);
                        case 11 ->
                            "exists (select count(%s.n) %s where %s %s)"
                                    .formatted(
                                            alias,
                                            from,
                                            where,
                                            pick("", "having count(*) > 1", "group by " + alias + ".org"));
                        case 12 ->
                            "exists (with w as (select * %s where %s) select from w a, w b where a.id = b.n %s)"
                                    .formatted(from, where, pick("", "limit 1", "offset 1"));
                        default -> "(select name %s where %s) = 'a'".formatted(from, where);
                    }
                    + ")";
        }

        /// Something to read from, with the columns of a table.
        private String source(String alias, String outer) {
            var one = schema + "." + table();
            var other = schema + "." + table();
            return switch (random.nextInt(16)) {
                case 0 -> pick("app.owned", "app.invoked", "app.mixed") + " " + alias;
                case 1 ->
                    pick("app.owned_rows()", "app.named('a')", "app.named(%sname)".formatted(outer)) + " " + alias;
                case 2 -> "(select distinct * from %s where flag) %s".formatted(one, alias);
                case 3 ->
                    "(with w as (select * from %s), v as (select * from w where flag or n = 1) %s) %s"
                            .formatted(
                                    one, pick("select * from v", "select * from v union all select * from w"), alias);
                case 4 ->
                    "(select * from %s %s select * from %s) %s"
                            .formatted(one, pick("union", "union all", "except", "intersect"), other, alias);
                case 5 ->
                    "(select a.id, b.n, a.big, a.name, a.code, b.flag, %s from %s a %s join %s b on a.org = b.org) %s"
                            .formatted(pick("a.org", "b.org"), one, pick("left", "right", "full"), other, alias);
                case 6 -> "(select * from %s %s) %s".formatted(one, pick("order by id limit 1", "offset 1"), alias);
                case 7 -> """
                    (select max(id) as id, min(n) as n, max(big) as big, name, max(code) as code,
                            bool_or(flag) as flag, org from %s group by name, org %s) %s\
                    """.formatted(one, pick("", "having count(*) > 1"), alias);
                case 8 -> """
                    (values (1, 2, 7::bigint, 'a', 'B'::varchar(10), true, %sorg), (2, %sn, 1, null, 'a', null, null))
                        %s (id, n, big, name, code, flag, org)\
                    """.formatted(outer, outer, alias);
                case 9 -> """
                    (with recursive w as (select * from %s where flag
                                          union select x.* from %s x join w on x.id = w.n) select * from w) %s\
                    """.formatted(one, other, alias);
                default -> one + " " + alias;
            };
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
