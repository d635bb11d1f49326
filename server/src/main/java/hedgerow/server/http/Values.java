package hedgerow.server.http;

import hedgerow.server.http.Problem.Fault;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.DecimalNode;

/// Finds the values of a body that the database could not keep exactly as they were sent: they are refused,
/// never altered.
///
/// - Text: control characters other than tab, line feed and carriage return, and surrogates that are not in
///   a pair.
/// - Numbers: those that have more digits, written out, than a number in a body may have, such as `1e400`.
final class Values {

    private static final String UNPLAIN = "contains a control character or half a surrogate pair; remove it";

    private final int numberLength;

    /// A check with a limit.
    ///
    /// @param numberLength the number of characters that a number in a body may have
    Values(int numberLength) {
        this.numberLength = numberLength;
    }

    /// Checks a value.
    ///
    /// @param faults receives each fault, with the JSON pointer of its value
    void check(JsonNode value, Consumer<Fault> faults) {
        check(value, "", faults);
    }

    private void check(JsonNode value, String at, Consumer<Fault> faults) {
        switch (value) {
            case DecimalNode number
            when !isShort(number) ->
                faults.accept(new Fault(
                        at, "cannot be kept exactly; send a number of at most %d digits".formatted(numberLength)));
            case JsonNode text
            when text.isString() && !isPlain(text.stringValue()) -> faults.accept(new Fault(at, UNPLAIN));
            default -> {
                for (var i = 0; value.isArray() && i < value.size(); i++) {
                    check(value.get(i), at + "/" + i, faults);
                }
                value.properties().forEach(property -> property(property.getKey(), property.getValue(), at, faults));
            }
        }
    }

    private void property(String name, JsonNode value, String at, Consumer<Fault> faults) {
        if (isPlain(name)) {
            check(value, at + "/" + name.replace("~", "~0").replace("/", "~1"), faults);
        } else {
            faults.accept(new Fault(at, "has a property whose name " + UNPLAIN));
        }
    }

    /// Whether the text can be stored and sent unchanged.
    static boolean isPlain(String text) {
        return text.codePoints().allMatch(Values::isPlain);
    }

    private static boolean isPlain(int codePoint) {
        return codePoint >= ' '
                ? codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE
                : codePoint == '\t' || codePoint == '\n' || codePoint == '\r';
    }

    /// Whether a number is short, without writing it out: an exponent may be in the millions.
    private boolean isShort(DecimalNode number) {
        var decimal = number.decimalValue();
        var digits = (long) decimal.precision() + Math.abs((long) decimal.scale());
        return digits <= numberLength;
    }
}
