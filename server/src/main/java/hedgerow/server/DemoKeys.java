package hedgerow.server;

import hedgerow.server.auth.Token;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;

/// The API keys of the demo data, which `sql/seed/demo.sql` makes in the same way. They are no secret.
public final class DemoKeys {

    /// The tenants of the demo data.
    public static final List<String> TENANTS = List.of("acme", "globex", "initech");

    private static final int BODY = 44;
    private static final int CHECKSUM = 6;

    private DemoKeys() {}

    /// For test data.
    ///
    /// @param role `Owner`, `Admin`, `Member` or `Viewer`
    public static String testKey(String tenant, String role) {
        var body = "hk_test_" + tenant + role + "DemoKey";
        var filled = body + "0".repeat(BODY - body.length());
        return filled + HexFormat.of().formatHex(sha256(filled)).substring(0, CHECKSUM);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whether one of them opens this database.
    static boolean arePresent(DataSource database) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.prepareStatement("select exists (select from app.find_api_key(?))")) {
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
