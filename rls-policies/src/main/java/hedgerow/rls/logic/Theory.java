package hedgerow.rls.logic;

import static hedgerow.rls.smt.Terms.FALSE;
import static hedgerow.rls.smt.Terms.TRUE;
import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.apply;
import static hedgerow.rls.smt.Terms.eq;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.expr.Evaluator;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Names;
import hedgerow.rls.expr.Value;
import hedgerow.rls.smt.Script;
import hedgerow.rls.smt.Sort;
import hedgerow.rls.smt.Terms;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Constants, and the results of casting them. A cast from text is a function that is defined for some
/// texts; [Evaluator] computes its results for the constants of a script.
final class Theory {

    private static final Evaluator.World NOTHING = new Evaluator.World() {
        @Override
        public Value column(Expr.Column column) {
            return Value.UNKNOWN;
        }

        @Override
        public Value setting(String name) {
            return Value.UNKNOWN;
        }
    };

    private final Script script;
    private final Kinds kinds;
    private final Evaluator evaluator;
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, String> uuids = new LinkedHashMap<>();
    private final Map<String, String> others = new LinkedHashMap<>();
    private final Map<Long, Sort> parsed = new TreeMap<>();
    private final Set<String> folds = new LinkedHashSet<>();
    private final Map<String, Joined> joined = new LinkedHashMap<>();
    private final Set<Object> stated = new HashSet<>();

    /// A concatenation that is not NULL unless `isNull` holds.
    ///
    /// @param letters those that it contains for certain
    private record Joined(String isNull, String letters) {}

    Theory(Script script, Kinds kinds, Names names) {
        this.script = script;
        this.kinds = kinds;
        this.evaluator = new Evaluator(names, NOTHING);
    }

    /// The value of a constant expression.
    Value evaluate(Expr expr) {
        return evaluator.evaluate(expr);
    }

    String text(String value) {
        return texts.computeIfAbsent(
                value, text -> script.constant("text_" + text.substring(0, Math.min(12, text.length())), Sort.VALUE));
    }

    /// The texts of the script, with their terms.
    Map<String, String> texts() {
        return texts;
    }

    Map<String, String> uuids() {
        return uuids;
    }

    String anything(Sort sort) {
        return switch (sort) {
            case BOOL -> FALSE;
            case REAL -> "0.0";
            case VALUE -> text("");
        };
    }

    /// The encoding of a constant.
    ///
    /// @param bytes as stored, where the value is not decoded: equal bytes are equal values
    Encoded constant(Value value, String bytes, long type) {
        var sort = kinds.sort(type);
        return switch (value) {
            case Value.Null _ -> Encoded.ofNull(anything(sort), sort);
            case Value.Bool(var truth) -> Encoded.of(truth ? TRUE : FALSE, Sort.BOOL);
            case Value.Int(var number)
            when sort == Sort.REAL -> Encoded.of(Terms.number(BigDecimal.valueOf(number)), Sort.REAL);
            case Value.Decimal(var number) when sort == Sort.REAL -> Encoded.of(Terms.number(number), Sort.REAL);
            case Value.Text(var text)
            when sort == Sort.VALUE && kinds.base(type) != Kinds.BPCHAR -> Encoded.of(text(text), Sort.VALUE);
            case Value.Uuid(var uuid) -> Encoded.of(uuid(uuid.toString()), Sort.VALUE);
            case Value.Failed _ -> new Encoded(TRUE, FALSE, anything(sort), sort);
            default ->
                Encoded.of(
                        others.computeIfAbsent(
                                "%d:%s:%s".formatted(type, bytes, bytes.isEmpty() ? value : ""),
                                _ -> script.constant("const", sort)),
                        sort);
        };
    }

    private String uuid(String uuid) {
        return uuids.computeIfAbsent(uuid, _ -> script.constant("uuid", Sort.VALUE));
    }

    // --- text forms ----------------------------------------------------------------------------------------------

    /// A text converted to another type.
    Encoded parse(Encoded text, long type) {
        var base = kinds.base(type);
        var sort = kinds.sort(type);
        parsed.put(base, sort);
        return new Encoded(
                or(text.raises(), and(not(text.isNull()), malformed(text.term(), base))),
                text.isNull(),
                parsed(text.term(), base),
                sort);
    }

    String malformed(String text, long type) {
        parsed.put(type, kinds.sort(type));
        return apply(script.function("bad_" + type, List.of(Sort.VALUE), Sort.BOOL), List.of(text));
    }

    private String parsed(String text, long type) {
        var name = kinds.isInteger(type) ? "as_integer" : "as_" + type;
        return apply(script.function(name, List.of(Sort.VALUE), kinds.sort(type)), List.of(text));
    }

    /// A value converted to text; its type has one text for each value.
    Encoded print(Encoded value, long type) {
        var base = kinds.base(type);
        var name = kinds.isInteger(type) ? "text_of_integer" : "text_of_" + base;
        var text = apply(script.function(name, List.of(value.sort()), Sort.VALUE), List.of(value.term()));
        if (stated.add(List.of(text, base))) {
            parsed.put(base, value.sort());
            script.require(and(eq(parsed(text, base), value.term()), not(malformed(text, base))));
        }
        return new Encoded(value.raises(), value.isNull(), text, Sort.VALUE);
    }

    String folded(String text) {
        folds.add(text);
        return fold(text);
    }

    private String fold(String text) {
        return apply(script.function("fold", List.of(Sort.VALUE), Sort.VALUE), List.of(text));
    }

    /// Notes that a text is a concatenation: no number and no UUID contains any letter.
    void joined(Encoded text, List<Encoded> parts) {
        var letters = new StringBuilder();
        for (var part : parts) {
            texts.forEach((constant, term) -> letters.append(term.equals(part.term()) ? constant : ""));
            Optional.ofNullable(joined.get(part.term())).ifPresent(known -> letters.append(known.letters));
        }
        joined.put(text.term(), new Joined(text.isNull(), letters.toString()));
    }

    // --- facts ---------------------------------------------------------------------------------------------------

    /// The number of constants, which changes when there may be new facts.
    int extent() {
        return texts.size() + uuids.size() + parsed.size() + joined.size() + folds.size() + script.functionCount();
    }

    /// Whether texts are also read as values of a type.
    boolean parses(long type) {
        return parsed.containsKey(type);
    }

    /// States the known facts about the constants so far.
    void state() {
        distinct(texts);
        distinct(uuids);
        for (var text : new LinkedHashMap<>(texts).entrySet()) {
            parsed.forEach((type, sort) -> state(text.getKey(), text.getValue(), type, sort));
        }
        joined.forEach((term, text) -> parsed.keySet().stream()
                .filter(type -> isForeign(text.letters, type) && stated.add(List.of("joined", term, type)))
                .forEach(type -> script.require(or(text.isNull, malformed(term, type)))));
        if (parsed.containsKey(Kinds.UUID)) {
            folds.stream().filter(text -> stated.add(List.of("folded", text))).forEach(this::readsAsFolded);
        }
        if (script.declares("fold")) {
            texts.forEach((text, term) -> {
                var lower = texts.get(text.toLowerCase(Locale.ROOT));
                if (lower != null && isAscii(text) && stated.add(List.of("fold", term))) {
                    script.require(eq(fold(term), lower));
                }
            });
        }
    }

    private static boolean isAscii(String text) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(text);
    }

    /// States that the case of its letters does not matter to whether and which UUID a text is.
    private void readsAsFolded(String text) {
        var lower = fold(text);
        script.require(and(
                eq(malformed(text, Kinds.UUID), malformed(lower, Kinds.UUID)),
                eq(parsed(text, Kinds.UUID), parsed(lower, Kinds.UUID))));
    }

    /// Whether no text of a value of the type contains all of the letters.
    private boolean isForeign(String letters, long type) {
        return type == Kinds.UUID && !letters.matches("[0-9a-fA-F{}-]*")
                || kinds.isInteger(type) && !letters.matches("[0-9a-zA-Z_+\\s-]*");
    }

    private void distinct(Map<String, String> constants) {
        if (constants.size() > 1 && stated.add(List.of("distinct", List.copyOf(constants.values())))) {
            script.require("(distinct %s)".formatted(String.join(" ", constants.values())));
        }
    }

    private void state(String text, String term, long type, Sort sort) {
        if (!stated.add(List.of("parse", term, type))) {
            return;
        }
        var value = evaluate(new Expr.Cast(new Expr.Constant(Value.of(text), "", Kinds.TEXT), Expr.Cast.Kind.IO, type));
        switch (value) {
            case Value.Failed _ -> script.require(malformed(term, type));
            case Value.Unknown _ -> {}
            case Value known -> {
                script.require(not(malformed(term, type)));
                if (sort != Sort.VALUE || known instanceof Value.Uuid) {
                    script.require(
                            eq(parsed(term, type), constant(known, "", type).term()));
                }
            }
        }
    }
}
