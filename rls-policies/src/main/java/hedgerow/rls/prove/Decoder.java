package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.logic.Encoded;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.SqlText;
import hedgerow.rls.smt.Solver;
import hedgerow.rls.smt.Sort;
import hedgerow.rls.smt.Terms;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Values of a solver's model as values of SQL. Equal values of the model are equal, others differ.
final class Decoder {

    private static final long UUID = 2950;
    private static final long BYTEA = 17;
    private static final List<Long> INTEGERS = List.of(20L, 21L, 23L, 26L);
    private static final String INTEGER = "as_integer";

    private final Catalog catalog;
    private final Encoding encoding;
    private final Solver solver;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, String> uuids = new HashMap<>();
    private final Map<String, List<String>> cases = new HashMap<>();
    private final Map<String, Integer> numbered = new LinkedHashMap<>();

    /// @param solver whose last answer is a model
    Decoder(Encoding encoding, Solver solver) {
        this.catalog = encoding.model().catalog();
        this.encoding = encoding;
        this.solver = solver;
        encoding.texts().forEach((text, term) -> texts.putIfAbsent(value(term, Sort.VALUE), text));
        encoding.uuids().forEach((uuid, term) -> uuids.putIfAbsent(value(term, Sort.VALUE), uuid));
    }

    boolean isTrue(String term) {
        return value(term, Sort.BOOL).equals(Terms.TRUE);
    }

    private String value(String term, Sort sort) {
        return solver.values(List.of(term), sort).get(term);
    }

    /// What a session carries, as text; empty if it is not set.
    Optional<String> text(Encoded input) {
        if (isTrue(input.isNull())) {
            return Optional.empty();
        }
        return Optional.of(
                switch (input.sort()) {
                    case VALUE -> spelled(input.term());
                    case REAL -> number(input.term()).toPlainString();
                    case BOOL -> value(input.term(), Sort.BOOL);
                });
    }

    /// A text: a constant, the spelling of a value that it is parsed as, or any that is like no other.
    private String spelled(String term) {
        var element = value(term, Sort.VALUE);
        if (texts.containsKey(element)) {
            return texts.get(element);
        }
        if (parses(term, UUID)) {
            return uuid(value("(as_%d %s)".formatted(UUID, term), Sort.VALUE));
        }
        if (INTEGERS.stream().anyMatch(type -> parses(term, type))) {
            return number("(%s %s)".formatted(INTEGER, term))
                    .setScale(0, RoundingMode.FLOOR)
                    .toPlainString();
        }
        return encoding.script().declares("fold") ? cased(term, element) : "v" + numbered(element);
    }

    /// Texts that differ in nothing but case are spelled in different cases.
    private String cased(String term, String element) {
        var folded = value("(fold %s)".formatted(term), Sort.VALUE);
        var spellings = cases.computeIfAbsent(folded, _ -> new ArrayList<>());
        if (!spellings.contains(element)) {
            spellings.add(element);
        }
        var text = "v" + numbered(folded);
        return spellings.indexOf(element) == 0 ? text : text.toUpperCase(Locale.ROOT);
    }

    private boolean parses(String term, long type) {
        var script = encoding.script();
        return script.declares("bad_" + type)
                && script.declares(INTEGERS.contains(type) ? INTEGER : "as_" + type)
                && !isTrue("(bad_%d %s)".formatted(type, term));
    }

    private String uuid(String element) {
        return uuids.computeIfAbsent(element, _ -> "a0000000-0000-4000-8000-%012d".formatted(numbered(element)));
    }

    private int numbered(String element) {
        return numbered.computeIfAbsent(element, _ -> numbered.size() + 1);
    }

    private BigDecimal number(String term) {
        var parts = value(term, Sort.REAL).replaceAll("[()]", " ").strip().split("\\s+");
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

    /// As an SQL literal; empty if nothing can be said of its type.
    Optional<String> literal(Encoded value, Column column) {
        return literal(value, column.type());
    }

    /// @param type oid
    Optional<String> literal(Encoded value, long type) {
        if (isTrue(value.isNull())) {
            return Optional.of("null");
        }
        return switch (value.sort()) {
            case BOOL -> Optional.of(value(value.term(), Sort.BOOL));
            case REAL -> Optional.of(real(value.term(), base(type)));
            case VALUE -> other(value.term(), base(type)).map(SqlText::quote).or(() -> computed(value, type));
        };
    }

    private String real(String term, long type) {
        var number = number(term);
        if (type == 1082 || type == 1114 || type == 1184) {
            return "now() + interval '1 day' * %s"
                    .formatted(number.setScale(0, RoundingMode.FLOOR).toPlainString());
        }
        return INTEGERS.contains(type)
                ? number.setScale(0, RoundingMode.FLOOR).toPlainString()
                : number.toPlainString();
    }

    private Optional<String> other(String term, long type) {
        if (type == UUID) {
            return Optional.of(uuid(value(term, Sort.VALUE)));
        }
        var name = catalog.type(type).map(known -> known.name()).orElse("");
        return switch (name) {
            case "text", "varchar", "bpchar", "name", "citext" -> Optional.of(spelled(term));
            case "json", "jsonb" -> Optional.of("{}");
            default -> Optional.empty();
        };
    }

    /// Bytes: those that a function gives for its arguments, or any that are like no other.
    private Optional<String> computed(Encoded value, long type) {
        if (base(type) != BYTEA) {
            return Optional.empty();
        }
        var element = value(value.term(), Sort.VALUE);
        return encoding.applied().stream()
                .filter(applied -> applied.call().type() == BYTEA
                        && !isTrue(applied.result().isNull())
                        && value(applied.result().term(), Sort.VALUE).equals(element))
                .findFirst()
                .flatMap(this::called)
                .or(() -> Optional.of("'\\x%064x'".formatted(numbered(element))));
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
    Optional<String> filler(Column column, int number) {
        var type = catalog.type(base(column.type()));
        var name = type.map(known -> known.name().toLowerCase(Locale.ROOT)).orElse("");
        return switch (name) {
            case "uuid" -> Optional.of("'f0000000-0000-4000-8000-%012d'".formatted(number));
            case "int2", "int4", "int8", "numeric", "float4", "float8", "oid" -> Optional.of(String.valueOf(number));
            case "bool" -> Optional.of("false");
            case "json", "jsonb" -> Optional.of("'{}'");
            case "text", "varchar", "bpchar", "name", "citext" -> Optional.of("'x%d'".formatted(number));
            case "timestamptz", "timestamp", "date" -> Optional.of("now()");
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
