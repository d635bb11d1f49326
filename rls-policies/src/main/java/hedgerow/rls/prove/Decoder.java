package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Value;
import hedgerow.rls.logic.Encoded;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.SqlText;
import hedgerow.rls.smt.Solver;
import hedgerow.rls.smt.Sort;
import hedgerow.rls.smt.Terms;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Decodes values of a solver's model into values of SQL. Equal values of the model become equal values,
/// others differ.
final class Decoder {

    private static final long UUID = 2950;
    private static final Pattern A_UUID = Pattern.compile("(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}");
    /// In days.
    private static final BigDecimal CENTURY = BigDecimal.valueOf(36_525);
    private static final long BYTEA = 17;
    private static final List<Long> INTEGERS = List.of(20L, 21L, 23L, 26L);
    private static final String INTEGER = "as_integer";
    private static final Set<String> PREFIXES = Set.of("left", "substr", "substring");
    private static final int LONGEST = 64;
    private static final int STEP = 1_000;
    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "name", "citext");

    private final Catalog catalog;
    private final Encoding encoding;
    private final Solver solver;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, String> uuids = new HashMap<>();
    private final Map<String, String> cases = new HashMap<>();
    private final Map<String, Integer> numbered = new LinkedHashMap<>();
    private final Map<String, List<Home>> homes = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final Map<String, String> fitted = new HashMap<>();
    private final Set<String> filled = new LinkedHashSet<>();
    private final Fitting fitting;
    private final int direction;
    private final String stem;
    private Optional<BigDecimal> clock = Optional.empty();

    /// The place of a value of the model.
    ///
    /// @param term of the value
    private record Home(Relation table, Column column, String term) {}

    /// A decoder of a model.
    ///
    /// @param solver whose last answer is a model
    Decoder(Encoding encoding, Solver solver) {
        this(encoding, solver, false);
    }

    /// A decoder of a model.
    ///
    /// @param past whether times that no formula mentions are in the past, and not in the future
    Decoder(Encoding encoding, Solver solver, boolean past) {
        this.direction = past ? -1 : 1;
        this.catalog = encoding.model().catalog();
        this.encoding = encoding;
        this.solver = solver;
        encoding.texts().forEach((text, term) -> texts.putIfAbsent(value(term), text));
        encoding.uuids().forEach((uuid, term) -> uuids.putIfAbsent(value(term), uuid));
        this.fitting = new Fitting(encoding.model());
        this.stem = "v".repeat(prefix());
    }

    /// The number of letters that different texts have in common at least, because the solver may hold such prefixes
    /// equal.
    private int prefix() {
        return encoding.applied().stream()
                .filter(applied -> PREFIXES.stream().anyMatch(name -> isBuiltin(applied, name)))
                .flatMap(applied -> applied.call().arguments().stream())
                .mapToInt(argument -> argument instanceof Expr.Constant(Value.Int(var length), var ignored, var type)
                                && length > 0
                                && length < LONGEST
                        ? (int) length
                        : 1)
                .max()
                .orElse(1);
    }

    /// Records the row's texts, which its table's checks must admit.
    void learn(Slot row) {
        row.columns()
                .forEach((number, value) -> row.table()
                        .column((long) number)
                        .filter(this::isText)
                        .ifPresent(column -> {
                            if (value.sort() == Sort.VALUE && !isTrue(value.isNull())) {
                                homes.computeIfAbsent(value(value.term()), _ -> new ArrayList<>())
                                        .add(new Home(row.table(), column, value.term()));
                            }
                        }));
    }

    boolean isText(Column column) {
        return TEXTS.contains(
                catalog.type(base(column.type())).map(known -> known.name()).orElse(""));
    }

    /// Chooses a UUID for a value that a function returns, from its body: what it falls back to.
    void prefer(Encoded returned, Function function) {
        function.body().map(A_UUID::matcher).filter(Matcher::find).ifPresent(found -> {
            if (returned.sort() == Sort.VALUE && !isTrue(returned.isNull())) {
                uuids.putIfAbsent(value(returned.term()), found.group().toLowerCase(Locale.ROOT));
            }
        });
    }

    /// Makes the present time that of this session.
    void at(Session session) {
        clock = encoding.clock(session).map(this::number);
    }

    boolean isTrue(String term) {
        return value(term).equals(Terms.TRUE);
    }

    private String value(String term) {
        return values.computeIfAbsent(term, _ -> solver.values(List.of(term)).get(term));
    }

    /// The text of a session's value; empty if it is not set.
    Optional<String> text(Encoded input) {
        if (isTrue(input.isNull())) {
            return Optional.empty();
        }
        return Optional.of(
                switch (input.sort()) {
                    case VALUE -> spelled(input.term());
                    case REAL -> number(input.term()).toPlainString();
                    case BOOL -> value(input.term());
                });
    }

    /// A text: a constant, the spelling of a value that it is parsed as, or a text that equals no other.
    private String spelled(String term) {
        var element = value(term);
        if (texts.containsKey(element)) {
            return texts.get(element);
        }
        if (parses(term, UUID)) {
            var uuid = uuid(value("(as_%d %s)".formatted(UUID, term)));
            if (isAdmitted(element, uuid)) {
                return uuid;
            }
        }
        if (INTEGERS.stream().anyMatch(type -> parses(term, type))) {
            return number("(%s %s)".formatted(INTEGER, term))
                    .setScale(0, RoundingMode.FLOOR)
                    .toPlainString();
        }
        return joined(element)
                .or(() -> liked(element))
                .orElseGet(() -> encoding.script().declares("fold") ? cased(term, element) : fitted(element));
    }

    /// The text that a concatenation makes, if there is one.
    private Optional<String> joined(String element) {
        if (!open.add(element)) {
            return Optional.empty();
        }
        var text = encoding.applied().stream()
                .filter(applied -> isConcatenation(applied)
                        && !isTrue(applied.result().isNull())
                        && value(applied.result().term()).equals(element))
                .findFirst()
                .map(applied -> applied.arguments().stream()
                        .map(argument -> spelled(argument.term()))
                        .collect(Collectors.joining()));
        open.remove(element);
        return text;
    }

    /// The text that is LIKE a pattern of the session or of another row, if it has to be.
    private Optional<String> liked(String element) {
        if (!open.add(element)) {
            return Optional.empty();
        }
        var text = encoding.likes().stream()
                .filter(like -> isTrue(like.result().term())
                        && !isTrue(like.result().isNull())
                        && value(like.text().term()).equals(element))
                .findFirst()
                .map(like -> spelled(like.pattern().term())
                        .replace("%", "v" + numbered(element))
                        .replace('_', 'x'))
                .filter(matching -> isAdmitted(element, matching));
        open.remove(element);
        return text;
    }

    private boolean isConcatenation(Encoding.Applied applied) {
        return isBuiltin(applied, "textcat");
    }

    private boolean isBuiltin(Encoding.Applied applied, String name) {
        return Sessions.isBuiltin(encoding.model().names(), applied.call().function(), name);
    }

    private String fitted(String element) {
        var known = fitted.get(element);
        if (known == null) {
            known = fitting(element);
            fitted.put(element, known);
        }
        return known;
    }

    /// A text that equals no other, and that the checks admit wherever it is used.
    private String fitting(String element) {
        var number = numbered(element);
        return fitting(element, number)
                .filter(text -> !texts.containsValue(text) && !fitted.containsValue(text))
                .findFirst()
                .orElse(stem + number);
    }

    /// The texts that the checks admit wherever the element is used.
    private Stream<String> fitting(String element, int number) {
        var alike = Stream.of(stem + number).filter(_ -> stem.length() > 1);
        var fit = homes.getOrDefault(element, List.of()).stream()
                .limit(1)
                .flatMap(home -> fitting.texts(home.table, home.column, number));
        return Stream.concat(alike, fit).filter(text -> isAdmitted(element, text));
    }

    private boolean isAdmitted(String element, String text) {
        return homes.getOrDefault(element, List.of()).stream()
                .allMatch(home -> fitting.isAdmitted(home.table, home.column, text));
    }

    /// The text in one of several cases, because texts that differ only in case are different.
    private String cased(String term, String element) {
        var known = fitted.get(element);
        if (known == null) {
            var folded = value("(fold %s)".formatted(term));
            var lower = cases.computeIfAbsent(folded, _ -> lower(element, folded));
            known = element.equals(folded) || !fitted.containsValue(lower) && isAdmitted(element, lower)
                    ? lower
                    : otherwise(lower, element);
            fitted.put(element, known);
        }
        return known;
    }

    /// The small letters of a text that the checks admit.
    private String lower(String element, String folded) {
        var number = numbered(folded);
        return fitting(element, number)
                .map(text -> text.toLowerCase(Locale.ROOT))
                .filter(text -> !texts.containsValue(text) && !cases.containsValue(text))
                .findFirst()
                .orElse(stem + number);
    }

    /// Another spelling of small letters: one that the checks admit, if there is any.
    private String otherwise(String lower, String element) {
        var upper = lower.toUpperCase(Locale.ROOT);
        var title = upper.substring(0, Math.min(1, upper.length())) + lower.substring(Math.min(1, lower.length()));
        return Stream.of(upper, title)
                .filter(text -> !fitted.containsValue(text) && isAdmitted(element, text))
                .findFirst()
                .orElse(upper);
    }

    private boolean parses(String term, long type) {
        var script = encoding.script();
        return script.declares("bad_" + type)
                && script.declares(INTEGERS.contains(type) ? INTEGER : "as_" + type)
                && !isTrue("(bad_%d %s)".formatted(type, term));
    }

    /// A UUID that is none of the schema's own.
    private String uuid(String element) {
        return uuids.computeIfAbsent(
                element,
                _ -> IntStream.iterate(numbered(element), n -> n + STEP)
                        .mapToObj("a0000000-0000-4000-8000-%012d"::formatted)
                        .filter(made -> !encoding.texts().containsKey(made)
                                && !encoding.uuids().containsKey(made))
                        .findFirst()
                        .orElseThrow());
    }

    private int numbered(String element) {
        return numbered.computeIfAbsent(element, _ -> numbered.size() + 1);
    }

    private BigDecimal number(String term) {
        var parts = value(term).replaceAll("[()]", " ").strip().split("\\s+");
        var digits = Arrays.stream(parts)
                .filter(part -> part.matches("[0-9.]+"))
                .map(BigDecimal::new)
                .toList();
        var negative = Arrays.asList(parts).contains("-");
        var number = switch (digits.size()) {
            case 0 -> BigDecimal.ZERO;
            case 1 -> digits.getFirst();
            default -> digits.get(0).divide(digits.get(1), 6, RoundingMode.HALF_EVEN);
        };
        return negative ? number.negate() : number;
    }

    // --- columns -------------------------------------------------------------------------------------------------

    /// The value as an SQL literal; empty if its type is not supported.
    Optional<String> literal(Encoded value, Column column) {
        return literal(value, column.type());
    }

    /// The value as an SQL literal.
    ///
    /// @param type oid
    Optional<String> literal(Encoded value, long type) {
        if (isTrue(value.isNull())) {
            return Optional.of("null");
        }
        return switch (value.sort()) {
            case BOOL -> Optional.of(value(value.term()));
            case REAL -> Optional.of(real(value.term(), base(type)));
            case VALUE -> other(value.term(), base(type)).map(SqlText::quote).or(() -> computed(value, type));
        };
    }

    private String real(String term, long type) {
        var number = number(term);
        if (type == 1082 || type == 1114 || type == 1184) {
            var days = clock.map(number::subtract).orElseGet(() -> number.setScale(0, RoundingMode.FLOOR));
            return Completion.time(within(days));
        }
        return INTEGERS.contains(type)
                ? number.setScale(0, RoundingMode.FLOOR).toPlainString()
                : number.toPlainString();
    }

    /// A number of days that leads to no time which a server does not know.
    private static BigDecimal within(BigDecimal days) {
        return days.abs().compareTo(CENTURY) < 0
                ? days
                : days.remainder(CENTURY).add(days.signum() < 0 ? CENTURY.negate() : CENTURY);
    }

    private Optional<String> other(String term, long type) {
        if (type == UUID) {
            return Optional.of(uuid(value(term)));
        }
        var name = catalog.type(type).map(known -> known.name()).orElse("");
        return switch (name) {
            case String text when TEXTS.contains(text) -> Optional.of(spelled(term));
            case "json", "jsonb" -> Optional.of("{}");
            case "interval" -> Optional.of(numbered(value(term)) + " minutes");
            case "_text", "_varchar" -> Optional.of(all());
            default -> Optional.empty();
        };
    }

    /// An array of all texts of the rows: every text that is looked for is in it.
    private String all() {
        var known = homes.values().stream().map(places -> spelled(places.getFirst().term));
        return Stream.concat(known, filled.stream())
                .distinct()
                .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /// Bytes: the result of a function for its arguments, or bytes that equal no others.
    private Optional<String> computed(Encoded value, long type) {
        if (base(type) != BYTEA) {
            return Optional.empty();
        }
        var element = value(value.term());
        return resultOf(element).or(() -> Optional.of("'\\x%064x'".formatted(numbered(element))));
    }

    /// The call that makes these bytes. In a model, bytes can be made of themselves.
    private Optional<String> resultOf(String element) {
        if (!open.add(element)) {
            return Optional.empty();
        }
        var call = encoding.applied().stream()
                .filter(applied -> applied.call().type() == BYTEA
                        && !isTrue(applied.result().isNull())
                        && value(applied.result().term()).equals(element))
                .findFirst()
                .flatMap(this::called);
        open.remove(element);
        return call;
    }

    private Optional<String> called(Encoding.Applied applied) {
        var arguments = new ArrayList<String>();
        for (var i = 0; i < applied.arguments().size(); i++) {
            literal(
                            applied.arguments().get(i),
                            applied.call().arguments().get(i).type())
                    .ifPresent(arguments::add);
        }
        return arguments.size() < applied.arguments().size()
                ? Optional.empty()
                : catalog.function(applied.call().function())
                        .map(function ->
                                function.quoted().substring(0, function.quoted().lastIndexOf('(')))
                        .map(name -> "%s(%s)".formatted(name, String.join(", ", arguments)));
    }

    /// A literal for a column that no formula mentions, and that must have a value.
    Optional<String> filler(Relation table, Column column, int number) {
        var type = catalog.type(base(column.type()));
        var name = type.map(known -> known.name().toLowerCase(Locale.ROOT)).orElse("");
        return switch (name) {
            case "uuid" -> Optional.of("'f0000000-0000-4000-8000-%012d'".formatted(number));
            case "int2", "int4", "int8", "numeric", "float4", "float8", "oid" -> Optional.of(String.valueOf(number));
            case "bool" -> Optional.of("false");
            case "json", "jsonb" -> Optional.of("'{}'");
            case String text
            when TEXTS.contains(text) -> {
                var value = fitting.texts(table, column, number).findFirst().orElse("v" + number);
                filled.add(value);
                yield Optional.of(SqlText.quote(value));
            }
            case "timestamptz", "timestamp", "date" ->
                Optional.of(Completion.time(BigDecimal.valueOf((long) direction * number)));
            case "bytea" -> Optional.of("'\\x%064x'".formatted(number));
            case "inet", "cidr" -> Optional.of("'10.0.%d.%d'".formatted(number / 256 % 256, number % 256));
            default ->
                type.filter(known -> known.kind() == 'e').isPresent()
                        ? Optional.of(
                                "(enum_range(null::%s))[1]".formatted(type.get().quoted()))
                        : name.startsWith("_") ? Optional.of("'{}'") : Optional.empty();
        };
    }

    private long base(long type) {
        return catalog.type(type)
                .filter(known -> known.kind() == 'd')
                .map(known -> base(known.baseType()))
                .orElse(type);
    }
}
