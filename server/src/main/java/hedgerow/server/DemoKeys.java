package hedgerow.server;

import hedgerow.server.auth.Token;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// The API keys of the demo data, which `sql/seed/demo.sql` creates in the same way. They are not secret.
public final class DemoKeys {

    /// The tenants of the demo data.
    public static final List<String> TENANTS = List.of("acme", "globex", "initech");

    private static final int BODY = 44;

    private DemoKeys() {}

    /// An API key for test data.
    ///
    /// @param role `Owner`, `Admin`, `Member`, `Viewer` or `Agent`
    public static String testKey(String tenant, String role) {
        var body = "hk_test_" + tenant + role + "DemoKey";
        return Token.withChecksum(body + "0".repeat(BODY - body.length()));
    }

    /// Whether one of them is valid in this database.
    static boolean arePresent(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("select exists (select from app.find_api_key(?))")) {
            for (var tenant : TENANTS) {
                statement.setBytes(
                        1, Token.parse(testKey(tenant, "Owner")).orElseThrow().hash());
                try (var rows = statement.executeQuery()) {
                    if (rows.next() && rows.getBoolean(1)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
