package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Function;
import java.util.regex.Pattern;

/// Bodies that are text, where the server could not be asked what they mean.
final class Bodies {

    private static final Pattern COMMENT_OR_TEXT =
            Pattern.compile("--[^\\n]*|/\\*.*?\\*/|'(?:[^']++|'')*+'", Pattern.DOTALL);

    /// Without comments and without texts.
    static String code(Function function) {
        return COMMENT_OR_TEXT.matcher(function.body().orElse("")).replaceAll(" ");
    }

    private Bodies() {}
}
