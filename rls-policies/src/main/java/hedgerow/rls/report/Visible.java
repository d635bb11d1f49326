package hedgerow.rls.report;

/// Makes text from a database safe to display. A quoted identifier, for example, may hold terminal escapes,
/// line breaks, or marks that reverse the order of the text; it is shown, never interpreted.
final class Visible {

    private Visible() {}

    /// The `text` with every control and direction character spelled as a Java escape, including tabs and
    /// line breaks.
    static String line(String text) {
        return text.codePoints()
                .collect(
                        StringBuilder::new,
                        (line, c) -> {
                            if (hidden(c)) {
                                line.append("\\u%04x".formatted(c));
                            } else {
                                line.appendCodePoint(c);
                            }
                        },
                        StringBuilder::append)
                .toString();
    }

    private static boolean hidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
