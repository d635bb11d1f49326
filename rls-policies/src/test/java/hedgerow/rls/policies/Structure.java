package hedgerow.rls.policies;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The required state of the catalog, whatever the rows are: `structure.sql`.
final class Structure {

    private Structure() {}

    static List<String> violations(Connection admin) throws SQLException {
        List<String> violations = new ArrayList<>();
        try (var statement = admin.createStatement();
                var rows = statement.executeQuery(query())) {
            while (rows.next()) {
                violations.add(rows.getString("violation"));
            }
        }
        return violations;
    }

    private static String query() {
        try (var in = Structure.class.getResourceAsStream("structure.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
