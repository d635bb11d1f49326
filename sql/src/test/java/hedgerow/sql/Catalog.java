package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;

/// The objects that an installation created, as text, to compare with another.
final class Catalog {

    private Catalog() {}

    /// Every object: tables, policies, functions, constraints, indexes, triggers, rights, comments, roles, ...
    static List<String> objects(DatabaseUrl admin) {
        return strings(admin, resource("/catalog/catalog.sql"));
    }

    /// The rows of the reference tables.
    static List<String> referenceRows(DatabaseUrl admin) {
        return strings(admin, resource("/catalog/reference.sql"));
    }

    /// Fails with the lines that only one side has, not with two whole catalogs.
    static void assertSame(List<String> actual, List<String> expected) {
        var differences = Stream.concat(
                        actual.stream().filter(line -> !expected.contains(line)).map("unexpected "::concat),
                        expected.stream().filter(line -> !actual.contains(line)).map("missing "::concat))
                .toList();
        assertThat(differences).isEmpty();
        assertThat(actual).isNotEmpty().hasSameSizeAs(expected);
    }

    /// The rows of a query, each as one line.
    static List<String> strings(DatabaseUrl admin, String sql) {
        var lines = new ArrayList<String>();
        try (var connection = admin.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                var line = new StringJoiner(": ");
                for (var column = 1; column <= columns; column++) {
                    line.add(rows.getString(column));
                }
                lines.add(line.toString());
            }
            return lines;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private static String resource(String name) {
        try (var in = Catalog.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }
}
