package hedgerow.rls.report;

/// Text from a database, such as a quoted identifier, may hold anything: terminal escapes, line breaks, marks that
/// reverse the order of what follows. It is shown, never obeyed.
final class Visible {

    private Visible() {}

    /// `text` with every control and direction character spelled as a Java escape; tabs too, line breaks too.
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
