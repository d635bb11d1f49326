package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Type;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.smt.Sort;
import hedgerow.rls.smt.Terms;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// The facts about types that the encoding uses.
final class Kinds {

    static final long BOOL = 16;
    static final long NAME = 19;
    static final long TEXT = 25;
    static final long BPCHAR = 1042;
    static final long UUID = 2950;

    private static final Set<Long> INTEGERS = Set.of(20L, 21L, 23L, 26L);
    private static final Set<Long> INEXACT = Set.of(700L, 701L, 1700L);
    private static final Set<Long> TIMES = Set.of(1082L, 1114L, 1184L);
    private static final Set<Long> TEXTS = Set.of(TEXT, 1043L, NAME, 705L);
    private static final long INTERVAL = 1186;
    private static final long MICROSECONDS_PER_DAY = 86_400_000_000L;
    private static final long CHAR = 18;
    private static final long BYTEA = 17;

    private final Catalog catalog;

    Kinds(Catalog catalog) {
        this.catalog = catalog;
    }

    /// The base type of a domain; otherwise the type itself.
    long base(long type) {
        return catalog.type(type)
                .filter(known -> known.kind() == 'd')
                .map(known -> base(known.baseType()))
                .orElse(type);
    }

    Sort sort(long type) {
        var base = base(type);
        if (base == BOOL) {
            return Sort.BOOL;
        }
        return INTEGERS.contains(base) || INEXACT.contains(base) || TIMES.contains(base) ? Sort.REAL : Sort.VALUE;
    }

    boolean isInteger(long type) {
        return INTEGERS.contains(base(type));
    }

    /// Whether it is a type of numbers, in any storage.
    boolean isNumber(long type) {
        return isInteger(type) || INEXACT.contains(base(type));
    }

    boolean isCitext(long type) {
        return catalog.type(base(type))
                .filter(known -> known.name().equals("citext"))
                .isPresent();
    }

    boolean isText(long type) {
        return TEXTS.contains(base(type)) || isCitext(type);
    }

    boolean isJson(long type) {
        return base(type) == 114 || base(type) == 3802;
    }

    private boolean isEnum(long type) {
        return catalog.type(base(type))
                .map(Type::kind)
                .filter(kind -> kind == 'e')
                .isPresent();
    }

    /// The length of an interval, as a term in days, if it consists only of seconds.
    Optional<String> days(Expr.Constant interval) {
        if (base(interval.type()) != INTERVAL || interval.bytes().length() != 2 * Long.BYTES * 2) {
            return Optional.empty();
        }
        var parts = ByteBuffer.wrap(HexFormat.of().parseHex(interval.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        return parts.getLong(Long.BYTES) == 0
                ? Optional.of(Terms.ratio(parts.getLong(0), MICROSECONDS_PER_DAY))
                : Optional.empty();
    }

    /// Whether equal values have the same text, and the text determines the value.
    boolean hasOneText(long type) {
        var base = base(type);
        return INTEGERS.contains(base) || base == UUID || base == BPCHAR || isEnum(type);
    }

    /// Whether `=` is TRUE only of values that are indistinguishable by any function.
    boolean hasPlainEquality(long type) {
        var base = base(type);
        return sort(type) != Sort.VALUE
                || isText(type)
                || base == UUID
                || base == BPCHAR
                || base == CHAR
                || base == BYTEA
                || isEnum(type);
    }
}
