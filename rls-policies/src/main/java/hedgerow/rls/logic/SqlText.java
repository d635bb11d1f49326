package hedgerow.rls.logic;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Values and names in SQL syntax.
public final class SqlText {

    /// A literal of text, independent of `standard_conforming_strings`.
    public static String quote(String text) {
        var quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
    }

    /// The name of a setting, whose parts are quoted one by one.
    public static String setting(String name) {
        return Arrays.stream(name.split("\\.")).map(SqlText::identifier).collect(Collectors.joining("."));
    }

    public static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private SqlText() {}
}
