package hedgerow.rls.expr;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Random policy expressions over the columns of one kind of table and two settings.
public class Generator {

    /// The columns of the tables that expressions are about.
    public static final String COLUMNS =
            "id int, n int, big bigint, name text, code varchar(10), flag boolean, org uuid";

    private static final List<String> UUIDS =
            List.of("'aaaaaaaa-0000-4000-8000-000000000001'::uuid", "'bbbbbbbb-0000-4000-8000-000000000002'::uuid");

    /// The functions and settings of every schema.
    private static final String FUNCTIONS = """
        create function app.tenant() returns uuid stable language sql
            return nullif(current_setting('app.tenant', true), '')::uuid;
        create function app.same(other uuid) returns boolean stable language sql
            return (select other) is not distinct from app.tenant();
        """;

    protected final Random random;
    private final String schema;

    Generator(long seed) {
        this(new Random(seed), "app");
    }

    /// A generator.
    ///
    /// @param schema that has [#functions(String)], and whose name begins the settings' names
    protected Generator(Random random, String schema) {
        this.random = random;
        this.schema = schema;
    }

    /// A generator over the schema `app`.
    public static Generator of(long seed) {
        return new Generator(seed);
    }

    /// The functions that expressions call.
    public static String functions(String schema) {
        return FUNCTIONS.replace("app.", schema + ".");
    }

    protected final String pick(String... choices) {
        return choices[random.nextInt(choices.length)].replace("app.", schema + ".");
    }

    public String bool(int depth) {
        return depth == 0
                ? "(" + leaf() + ")"
                : "(%s)"
                        .formatted(
                                switch (random.nextInt(16)) {
                                    case 0, 1 -> bool(depth - 1) + " and " + bool(depth - 1);
                                    case 2, 3 -> bool(depth - 1) + " or " + bool(depth - 1) + " or " + bool(depth - 1);
                                    case 4 -> "not " + bool(depth - 1);
                                    case 5 ->
                                        bool(depth - 1)
                                                + pick(
                                                        " is true",
                                                        " is not true",
                                                        " is false",
                                                        " is not false",
                                                        " is unknown",
                                                        " is not unknown");
                                    case 6 -> "case when " + bool(depth - 1) + " then " + bool(depth - 1) + " end";
                                    case 7 ->
                                        "case " + text(depth - 1) + " when 'a' then " + bool(depth - 1) + " else "
                                                + bool(depth - 1) + " end";
                                    case 8 -> "coalesce(" + bool(depth - 1) + ", " + bool(depth - 1) + ")";
                                    case 9 -> compared(depth - 1, pick("is distinct from", "is not distinct from"));
                                    case 10 -> text(depth - 1) + pick(" in ", " not in ") + list();
                                    case 11 ->
                                        integer(depth - 1) + pick(" = any ", " <> all ") + "(array[" + integers()
                                                + "])";
                                    case 12 -> text(depth - 1) + pick(" is null", " is not null");
                                    case 13 ->
                                        text(depth - 1)
                                                + pick(" like 'a%'", " not like '_'", " ~ '^[a-c]+$'", " ilike 'A'");
                                    case 14 -> schema + ".same(" + uuid(depth - 1) + ")";
                                    default -> compared(depth - 1, pick("=", "<>"));
                                });
    }

    protected String leaf() {
        return pick(
                "flag",
                "true",
                "false",
                "null::boolean",
                "id is not null",
                "org = org",
                "name = 'a'",
                "n between 1 and 2",
                "org = app.tenant()",
                "org = (select app.tenant())",
                "current_setting('app.mode', true) = 'on'",
                "current_setting('app.mode') = 'on'");
    }

    private String compared(int depth, String operator) {
        return switch (random.nextInt(4)) {
            case 0 -> integer(depth) + " " + operator + " " + integer(depth);
            case 1 -> text(depth) + " " + operator + " " + text(depth);
            case 2 -> bool(depth) + " " + operator + " " + bool(depth);
            default -> uuid(depth) + " " + operator + " " + uuid(depth);
        };
    }

    private String integer(int depth) {
        return depth == 0
                ? pick("n", "id", "1", "2", "null::int", "big")
                : pick(
                        "coalesce(n, 7)",
                        "(n + 1)",
                        "(id * 2)",
                        "nullif(n, 2)",
                        "greatest(n, id, 2)",
                        "length(" + text(depth - 1) + ")",
                        "(" + integer(depth - 1) + ")",
                        "flag::int");
    }

    private String text(int depth) {
        return depth == 0
                ? pick("name", "code", "'a'", "''", "null::text", "current_setting('app.mode', true)")
                : pick(
                        "coalesce(name, 'z')",
                        "(name || code)",
                        "lower(name)",
                        "nullif(name, '')",
                        "n::text",
                        "flag::text",
                        "org::text",
                        "split_part(name, 'b', 1)",
                        "substr(name, 2)",
                        "code::varchar(1)",
                        "(" + "'{\"a\": \"b\", \"n\": 1, \"z\": null}'::json ->> " + pick("'a'", "'n'", "'z'", "'y'")
                                + ")",
                        text(depth - 1));
    }

    private String uuid(int depth) {
        return depth == 0
                ? pick("org", UUIDS.get(0), UUIDS.get(1), "null::uuid", "app.tenant()", "(select app.tenant())")
                : pick(
                        "coalesce(app.tenant(), org)",
                        "nullif(org, " + UUIDS.getFirst() + ")",
                        "current_setting('app.tenant', true)::uuid",
                        "nullif(current_setting('app.tenant', true), '')::uuid",
                        uuid(depth - 1));
    }

    private String list() {
        return IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i -> pick("'a'", "'b'", "null", "''"))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private String integers() {
        return IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i -> pick("1", "2", "n", "null::int"))
                .collect(Collectors.joining(", "));
    }
}
