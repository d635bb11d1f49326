package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece.Statement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Extensions that the server lacks, or that only a superuser can create.
///
/// A foreign data wrapper is created without its code, so that servers, user mappings and foreign tables
/// can be declared, and reach nothing.
public final class Extensions {

    /// Extensions that need a superuser, but neither reach out nor open rows: triggers that maintain a
    /// column, statistics, advice.
    private static final Set<String> TAME = Set.of(
            "autoinc",
            "earthdistance",
            "hypopg",
            "index_advisor",
            "insert_username",
            "moddatetime",
            "pg_buffercache",
            "pg_repack",
            "pg_stat_monitor",
            "pg_stat_statements",
            "pgaudit",
            "pgstattuple",
            "plpgsql_check",
            "refint");

    /// Extensions of a platform, whose preset declares the objects that files use; and the schema that
    /// reveals it.
    private static final Map<String, String> DECLARED =
            Map.of("pg_cron", "cron", "pg_net", "net", "supabase_vault", "vault");

    /// Extensions that files use without creating them, because a platform or another script does; and the
    /// error that reveals it.
    private static final Map<String, Pattern> USUAL = Map.of(
            "citext", Pattern.compile("type \"(\\w+\\.)?citext\" does not exist"),
            "hstore", Pattern.compile("type \"(\\w+\\.)?hstore\" does not exist"),
            "ltree", Pattern.compile("type \"(\\w+\\.)?ltree\" does not exist"),
            "pg_trgm", Pattern.compile("operator class \"(\\w+\\.)?gi(n|st)_trgm_ops\" does not exist"),
            "pgcrypto",
                    Pattern.compile(
                            "function (\\w+\\.)?(crypt|gen_salt|gen_random_bytes|digest|hmac)\\(.*does not exist"),
            "uuid-ossp", Pattern.compile("function (\\w+\\.)?uuid_generate_v\\w+\\(.*does not exist"));

    private static final Set<String> MISSING = Set.of("42704", "42883");

    private final Connection admin;
    private final Notes notes;
    private final Set<String> missing = new HashSet<>();

    Extensions(Connection admin, Notes notes) {
        this.admin = admin;
        this.notes = notes;
    }

    /// Whether a superuser may create it on a scratch server although it is not trusted.
    public static boolean isTame(String name) {
        return TAME.contains(name);
    }

    /// The extension whose absence made a statement fail.
    static Optional<String> providing(SQLException e) {
        return MISSING.contains(e.getSQLState())
                ? USUAL.entrySet().stream()
                        .filter(usual ->
                                usual.getValue().matcher(e.getMessage()).find())
                        .map(Map.Entry::getKey)
                        .findFirst()
                : Optional.empty();
    }

    void missing(String file, Statement statement, SQLException e) {
        var name = name(statement);
        if (TAME.contains(name)) {
            if (!made("create extension if not exists " + Tokens.quoted(name) + inSchema(statement))) {
                notes.assume("extension %s is left out: no table or policy depends on it".formatted(name));
            }
            return;
        }
        if (DECLARED.containsKey(name) && made("comment on schema %s is null".formatted(DECLARED.get(name)))) {
            notes.assume("extension %s is declared as its platform has it, and does nothing".formatted(name));
            return;
        }
        if (name.endsWith("_fdw") && made(wrapper(name))) {
            notes.assume("extension %s is only declared: its foreign tables exist, and reach nothing".formatted(name));
            return;
        }
        var why = Optional.ofNullable(e.getMessage()).orElse("").contains("permission denied")
                ? "needs a superuser, or its code could reach out of the server"
                : "is not in the server that loads the files";
        missing.add(name);
        notes.gap(file, statement, "extension %s %s: what depends on it is missing".formatted(name, why));
    }

    /// Whether the files require it, and it could not be created.
    boolean isMissing(String name) {
        return missing.contains(name);
    }

    private static String name(Statement statement) {
        var at = statement.begins("create", "extension", "if", "not", "exists") ? 5 : 2;
        return at < statement.tokens().size() ? Tokens.name(statement.tokens().get(at)) : "";
    }

    private static String inSchema(Statement statement) {
        var tokens = statement.tokens();
        return IntStream.range(3, tokens.size())
                .filter(i -> Tokens.isWord(tokens.get(i - 1), "schema"))
                .mapToObj(i -> " schema " + Tokens.quoted(Tokens.name(tokens.get(i))))
                .findFirst()
                .orElse(" schema public");
    }

    private static String wrapper(String name) {
        return "create foreign data wrapper %1$s; grant usage on foreign data wrapper %1$s to %2$s"
                .formatted(Tokens.quoted(name), Sandbox.LOADER);
    }

    private boolean made(String sql) {
        try {
            Sandbox.execute(admin, sql);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
