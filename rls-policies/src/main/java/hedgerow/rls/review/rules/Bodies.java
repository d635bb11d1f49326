package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Function;
import java.util.regex.Pattern;

/// Reads text bodies of functions where the server could not parse them.
final class Bodies {

    private static final Pattern COMMENT_OR_TEXT =
            Pattern.compile("--[^\\n]*|/\\*.*?\\*/|'(?:[^']++|'')*+'", Pattern.DOTALL);

    /// The body without comments and string constants.
    static String code(Function function) {
        return COMMENT_OR_TEXT.matcher(function.body().orElse("")).replaceAll(" ");
    }

    private Bodies() {}
}
