package hedgerow.rls.review;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A text in which `*` stands for any text.
record Glob(String text) {

    boolean matches(String candidate) {
        var literal = Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(literal, Pattern.DOTALL).matcher(candidate).matches();
    }
}
