package hedgerow.rls.probe;

import java.util.Arrays;
import java.util.stream.Collectors;

/// How values and names are spelled.
final class Sql {

    static String quote(String text) {
        var quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
    }

    static String setting(String name) {
        return Arrays.stream(name.split("\\.")).map(Sql::identifier).collect(Collectors.joining("."));
    }

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private Sql() {}
}
