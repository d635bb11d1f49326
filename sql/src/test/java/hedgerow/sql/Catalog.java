package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What an installation made, as text, to compare with another.
final class Catalog {

    private Catalog() {}

    /// Every object: tables, policies, functions, constraints, indexes, triggers, rights, comments, defaults, roles, ...
    static List<String> objects(DatabaseUrl admin) {
        return read(admin, "/catalog/catalog.sql");
    }

    /// The rows of the reference tables.
    static List<String> referenceRows(DatabaseUrl admin) {
        return read(admin, "/catalog/reference.sql");
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

    private static List<String> read(DatabaseUrl admin, String resource) {
        var lines = new ArrayList<String>();
        try (var sql = Catalog.class.getResourceAsStream(resource);
                var connection = admin.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(new String(sql.readAllBytes(), StandardCharsets.UTF_8))) {
            var columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                var line = new StringBuilder();
                for (var column = 1; column <= columns; column++) {
                    line.append(column == 1 ? "" : ": ").append(rows.getString(column));
                }
                lines.add(line.toString());
            }
            return lines;
        } catch (SQLException | IOException e) {
            throw new AssertionError(resource, e);
        }
    }
}
