package hedgerow.rls.logic;

import hedgerow.rls.catalog.Function;
import java.util.Set;
import java.util.regex.Pattern;

/// Recognizes functions of the server and of extensions that read or run something beyond their caller's
/// text: a query that they receive as text, a table by its name, files, large objects, other databases.
public final class HiddenReads {

    private static final Pattern OF_THE_SERVER =
            Pattern.compile("(?:query|table|schema|database|cursor)_to_xml\\w*|ts_stat|ts_rewrite|pg_read_\\w*file"
                    + "|pg_ls_\\w+|pg_stat_file|lo_\\w+|loread|lowrite|pg_logical_\\w+|pg_stat_get_activity");

    /// Extensions that only compute.
    private static final Set<String> COMPUTING = Set.of(
            "btree_gin",
            "btree_gist",
            "citext",
            "cube",
            "earthdistance",
            "fuzzystrmatch",
            "hstore",
            "intarray",
            "isn",
            "ltree",
            "moddatetime",
            "pg_hashids",
            "pg_trgm",
            "pg_uuidv7",
            "pgcrypto",
            "pgjwt",
            "plpgsql",
            "postgis",
            "seg",
            "unaccent",
            "uuid-ossp",
            "vector");

    private HiddenReads() {}

    public static boolean in(Function function) {
        return function.extension().isPresent()
                ? !computes(function)
                : function.schema().equals("pg_catalog")
                        && OF_THE_SERVER.matcher(function.name()).matches();
    }

    /// Whether it belongs to an extension that computes from its arguments alone.
    static boolean computes(Function function) {
        return function.extension().filter(COMPUTING::contains).isPresent();
    }
}
