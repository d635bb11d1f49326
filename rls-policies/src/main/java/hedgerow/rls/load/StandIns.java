package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece.Statement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Replacements for objects that the server lacks, so that the table around them is reviewed all the same:
/// text for an unknown type, a column without a default that cannot be computed.
final class StandIns {

    private static final Pattern TYPE =
            Pattern.compile("type \"(?:(?<schema>[^\".]+)\\.)?(?<name>[^\".\\[]+)(\\[])*\" does not exist");
    private static final Pattern MISSING =
            Pattern.compile("(?:function|relation|schema|referenced table) \"?(?:[^\".(]+\\.)?(?<name>[^\".( ]+)");
    private static final Set<String> MISSING_CODES = Set.of("42883", "42P01", "3F000", "42830");
    private static final Set<String> MADE =
            Set.of("table", "type", "domain", "function", "procedure", "view", "sequence");

    /// Tables in which migration tools and frameworks record their runs; no script creates them.
    private static final Pattern KEPT_BY_TOOL = Pattern.compile("relation \"(?:(?<schema>[^\".]+)\\.)?(?<name>"
            + "_prisma_migrations|__drizzle_migrations|__diesel_schema_migrations|_sqlx_migrations|schema_migrations"
            + "|ar_internal_metadata|alembic_version|django_migrations|flyway_schema_history|databasechangelog(lock)?"
            + "|goose_db_version|gorp_migrations|knex_migrations(_lock)?|pgmigrations|atlas_schema_revisions"
            + "|__EFMigrationsHistory)\" does not exist");

    private static final String MODIFIER = "type modifier is not allowed for type";

    /// Types of extensions that the server lacks.
    private static final Map<String, String> EXTENSIONS = Map.of(
            "vector", "vector",
            "halfvec", "vector",
            "sparsevec", "vector",
            "geometry", "postgis",
            "geography", "postgis",
            "raster", "postgis");

    private final LoaderSession session;
    private final Connection admin;
    private final Extensions extensions;
    private final Notes notes;
    private final Set<String> types = new HashSet<>();

    StandIns(LoaderSession session, Connection admin, Extensions extensions, Notes notes) {
        this.session = session;
        this.admin = admin;
        this.extensions = extensions;
        this.notes = notes;
    }

    /// Whether the object that a statement misses has one of these names, or may be a column of one.
    static boolean isAmong(Set<String> names, SQLException e) {
        if ("42703".equals(e.getSQLState())) {
            return true;
        }
        return Stream.of(MISSING, TYPE)
                .map(pattern -> pattern.matcher(e.getMessage()))
                .anyMatch(missing -> missing.find() && names.contains(missing.group("name")));
    }

    /// Creates the type whose absence made a statement fail.
    boolean supplyType(String file, Statement statement, SQLException e) throws SQLException {
        var missing = TYPE.matcher(e.getMessage());
        if (!"42704".equals(e.getSQLState()) || !makes(statement) || !missing.find()) {
            return false;
        }
        var name = missing.group("name");
        var schema = Optional.ofNullable(missing.group("schema")).orElse("public");
        var type = "%s.%s".formatted(Tokens.quoted(schema), Tokens.quoted(name));
        if (!types.add(type) || !made("create domain %s as text".formatted(type))) {
            return false;
        }
        var what = "type %s is not in the server that loads the files: text stands in for it".formatted(name);
        if (extensions.isMissing(EXTENSIONS.getOrDefault(name, ""))) {
            notes.assume(what);
        } else {
            notes.gap(file, statement, what);
        }
        return true;
    }

    /// Creates the schema that a new object is in or refers to.
    boolean supplySchema(String file, Statement statement, SQLException e) throws SQLException {
        var missing = MISSING.matcher("3F000".equals(e.getSQLState()) ? e.getMessage() : "");
        if (!missing.find() || !makes(statement)) {
            return false;
        }
        var name = missing.group("name");
        if (!made("create schema %1$s; grant usage on schema %1$s to public".formatted(Tokens.quoted(name)))) {
            return false;
        }
        var why = "schema %1$s is made up, and open to everybody, because the files do not create it;"
                + " if their tool works in it, say --search-path %1$s";
        notes.gap(file, statement, why.formatted(name));
        return true;
    }

    /// Creates the table of a migration tool, if the statement is about more than its rows.
    boolean supplyToolTable(SQLException e) throws SQLException {
        var missing = KEPT_BY_TOOL.matcher("42P01".equals(e.getSQLState()) ? e.getMessage() : "");
        if (!missing.find()) {
            return false;
        }
        var schema = Optional.ofNullable(missing.group("schema")).orElse("public");
        var table = "%s.%s".formatted(Tokens.quoted(schema), Tokens.quoted(missing.group("name")));
        if (!made("create table %s (version text)".formatted(table))) {
            return false;
        }
        notes.assume("table %s.%s is made, for the migration tool makes it".formatted(schema, missing.group("name")));
        return true;
    }

    private static boolean makes(Statement statement) {
        return statement.begins("alter", "table")
                || statement.begins("create") && MADE.stream().anyMatch(kind -> isEarly(statement, kind));
    }

    private static boolean isEarly(Statement statement, String word) {
        return IntStream.range(1, 5).anyMatch(i -> statement.word(i).equals(word));
    }

    private boolean made(String domain) throws SQLException {
        try {
            session.run(domain);
            return true;
        } catch (SQLException e) {
            session.undo();
        }
        try {
            Sandbox.execute(admin, domain);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /// The statement with a little less in it: without the modifier of a type that text replaces, or
    /// without the part of a table that needs the missing object.
    Optional<Statement> without(String file, Statement statement, SQLException e) {
        if (e.getMessage().contains(MODIFIER)) {
            return withoutModifiers(statement);
        }
        var missing = MISSING.matcher(MISSING_CODES.contains(e.getSQLState()) ? e.getMessage() : "");
        if (!missing.find()) {
            return Optional.empty();
        }
        var part = TableElements.of(statement)
                .or(() -> TableElements.added(statement))
                .flatMap(elements -> elements.optionalPart(missing.group("name")));
        part.ifPresent(span -> notes.lacking(
                file,
                statement,
                "left out `%s`, for %s"
                        .formatted(words(statement.tokens().subList(span.from(), span.to())), Notes.firstLine(e))));
        return part.map(span -> statement.without(span.from(), span.to()));
    }

    private static String words(List<String> tokens) {
        return String.join(" ", tokens).replaceFirst("^, ", "");
    }

    private Optional<Statement> withoutModifiers(Statement statement) {
        var tokens = statement.tokens();
        for (var i = 0; i + 1 < tokens.size(); i++) {
            var name = Tokens.quoted(Tokens.name(tokens.get(i)));
            if (tokens.get(i + 1).equals("(") && types.stream().anyMatch(type -> type.endsWith("." + name))) {
                return Optional.of(statement.without(i + 1, TableElements.end(tokens, i + 1)));
            }
        }
        return Optional.empty();
    }
}
