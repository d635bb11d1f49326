package hedgerow.rls.catalog;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A function, procedure or aggregate.
///
/// @param quoted in SQL syntax, with its schema and the types of its arguments: `app.is_member(uuid)`
/// @param argumentTypes oids, of the input arguments
/// @param allArgumentTypes of all arguments, including `OUT`; empty if there are only input arguments
/// @param argumentModes of all arguments, letters of `pg_proc.proargmodes`: i, o, b, v, t; empty likewise
/// @param argumentNames of all arguments, including `OUT`; an unnamed one is an empty text; may be empty
/// @param settings of its SET clauses: `search_path=pg_catalog, pg_temp`
/// @param body source text; empty for C, and for `BEGIN ATOMIC`, which is in `bodyTree`
/// @param bodyTree node tree of the body: stored for BEGIN ATOMIC; for other functions that policies call,
///     the server's parse of the current text
/// @param extension the extension that it belongs to
public record Function(
        long oid,
        String schema,
        String name,
        String quoted,
        Kind kind,
        long owner,
        String language,
        boolean securityDefiner,
        Volatility volatility,
        Parallel parallel,
        boolean leakproof,
        boolean strict,
        boolean returnsSet,
        long returnType,
        List<Long> argumentTypes,
        List<Long> allArgumentTypes,
        List<String> argumentModes,
        List<String> argumentNames,
        List<String> settings,
        Optional<String> body,
        Optional<String> bodyTree,
        Optional<String> extension,
        List<Grant> grants) {

    /// The kind of the function.
    public enum Kind implements CatalogRow.Coded {
        FUNCTION('f'),
        PROCEDURE('p'),
        AGGREGATE('a'),
        WINDOW('w');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    /// The volatility: how often its result may change.
    public enum Volatility implements CatalogRow.Coded {
        IMMUTABLE('i'),
        STABLE('s'),
        VOLATILE('v');

        private final char code;

        Volatility(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    /// The function's parallel safety.
    public enum Parallel implements CatalogRow.Coded {
        SAFE('s'),
        RESTRICTED('r'),
        UNSAFE('u');

        private final char code;

        Parallel(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    /// An argument or a column of RETURNS TABLE.
    ///
    /// @param name empty if it has none
    public record Argument(String name, long type, boolean input, boolean output) {}

    /// The role as which it runs.
    ///
    /// @param caller the oid of the role that calls it
    public long runsAs(long caller) {
        return securityDefiner ? owner : caller;
    }

    /// All arguments, in order of declaration.
    public List<Argument> arguments() {
        var types = allArgumentTypes.isEmpty() ? argumentTypes : allArgumentTypes;
        return IntStream.range(0, types.size())
                .mapToObj(i -> {
                    var mode = argumentModes.isEmpty() ? "i" : argumentModes.get(i);
                    var name = i < argumentNames.size() ? argumentNames.get(i) : "";
                    return new Argument(name, types.get(i), "ibv".contains(mode), "obt".contains(mode));
                })
                .toList();
    }

    static Function of(CatalogRow row, List<Grant> grants) throws SQLException {
        return new Function(
                row.oid("oid"),
                row.text("schema"),
                row.text("name"),
                row.text("quoted"),
                row.code("kind", Kind.values()),
                row.oid("owner"),
                row.text("language"),
                row.flag("security_definer"),
                row.code("volatility", Volatility.values()),
                row.code("parallel", Parallel.values()),
                row.flag("leakproof"),
                row.flag("strict"),
                row.flag("returns_set"),
                row.oid("return_type"),
                row.oids("argument_types"),
                row.oids("all_argument_types"),
                row.texts("argument_modes"),
                row.texts("argument_names"),
                row.texts("settings"),
                row.optional("body"),
                row.optional("body_tree"),
                row.optional("extension"),
                grants);
    }

    /// Whether names in its body are resolved anew at each run: its body is text.
    public boolean isText() {
        return body.filter(text -> !text.isBlank()).isPresent();
    }

    Function withTree(String tree) {
        return new Function(
                oid,
                schema,
                name,
                quoted,
                kind,
                owner,
                language,
                securityDefiner,
                volatility,
                parallel,
                leakproof,
                strict,
                returnsSet,
                returnType,
                argumentTypes,
                allArgumentTypes,
                argumentModes,
                argumentNames,
                settings,
                body,
                Optional.of(tree),
                extension,
                grants);
    }
}
