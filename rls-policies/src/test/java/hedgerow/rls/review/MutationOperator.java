package hedgerow.rls.review;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// One way of spoiling a schema: a file of the folder `mutants`, a query that returns a target and the
/// statements which change it, for each target in the catalogs.
///
/// @param outside the reason for which no claim speaks of what it does: a line `-- outside: <reason>`
record MutationOperator(String name, Optional<String> outside, String query) {

    private static final Pattern OUTSIDE = Pattern.compile("(?m)^-- outside: (.+)$");
    private static final String CATALOG = read(resource("mutants.sql"));

    /// One mutation of a schema.
    ///
    /// @param target what is spoilt, in words
    /// @param sql that spoils it
    record Mutation(MutationOperator operator, String target, String sql) {}

    static List<MutationOperator> all() {
        try (var files = Files.list(resource("mutants"))) {
            return files.sorted().map(MutationOperator::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MutationOperator of(Path file) {
        var query = read(file);
        var outside = OUTSIDE.matcher(query);
        return new MutationOperator(
                file.getFileName().toString().replace(".sql", ""),
                outside.find() ? Optional.of(outside.group(1)) : Optional.empty(),
                query);
    }

    private static Path resource(String name) {
        try {
            return Path.of(MutationOperator.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All that can be made of the schema on this connection, which stays as it is.
    static List<Mutation> of(Connection connection, List<MutationOperator> operators) throws SQLException {
        var before = connection.setSavepoint();
        var mutations = new ArrayList<Mutation>();
        try (var statement = connection.createStatement()) {
            statement.execute(CATALOG);
            for (var operator : operators) {
                try (var rows = statement.executeQuery(operator.query)) {
                    while (rows.next()) {
                        mutations.add(new Mutation(operator, rows.getString(1), rows.getString(2)));
                    }
                } catch (SQLException e) {
                    throw new SQLException(operator.name + ": " + e.getMessage(), e.getSQLState(), e);
                }
            }
        }
        connection.rollback(before);
        return mutations;
    }

    @Override
    public String toString() {
        return name;
    }
}
