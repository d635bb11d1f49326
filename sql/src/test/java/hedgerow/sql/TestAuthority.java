package hedgerow.sql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/// A certificate authority for one test, made by the JDK's keytool.
public final class TestAuthority {

    private static final String PASSWORD = "changeit";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path store;

    private TestAuthority(Path store) {
        this.store = store;
    }

    /// A certificate and its key.
    ///
    /// @param key PKCS #8, as PEM
    /// @param certificate X.509, as PEM
    public record Signed(String key, String certificate) {}

    public static TestAuthority create(Path folder) throws IOException {
        var authority =
                new TestAuthority(Files.createTempDirectory(folder, "authority").resolve("store.p12"));
        authority.generate("authority", "-dname", "CN=Authority of a test", "-ext", "bc:c");
        return authority;
    }

    /// The authority's own certificate, as PEM.
    public String certificate() throws IOException {
        return signed("authority").certificate();
    }

    /// The authority's own certificate in a file, for `sslrootcert`.
    public Path file() throws IOException {
        return Files.writeString(store.resolveSibling("authority.pem"), certificate());
    }

    public Signed sign(String host) throws IOException {
        var alias = "signed-" + UUID.randomUUID();
        generate(alias, "-dname", "CN=" + host, "-ext", "san=dns:" + host, "-signer", "authority");
        return signed(alias);
    }

    /// Has a server offer TLS for `localhost`, and waits until it does.
    ///
    /// @param admin a superuser's URL, through which the server itself writes the files into its own
    ///     directory
    public void encrypt(DatabaseUrl admin) throws IOException, SQLException {
        var signed = sign("localhost");
        try (var connection = admin.connect();
                var statement = connection.createStatement()) {
            statement.execute(written("server.key", signed.key()));
            statement.execute(written("server.crt", signed.certificate()));
            statement.execute("alter system set ssl = on");
            statement.execute("select pg_reload_conf()");
        }
        Eventually.holds("the server offers TLS", PATIENCE, () -> offersTls(admin));
    }

    private static String written(String file, String pem) {
        return "copy (select unnest(string_to_array('%s', E'\\n'))) to program 'umask 077; cat > %s'"
                .formatted(pem, file);
    }

    private static boolean offersTls(DatabaseUrl admin) {
        try {
            admin.withParameter("sslmode", "require").connect().close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void generate(String alias, String... more) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of(more));
        var answer = Command.run(command);
        if (!answer.succeeded()) {
            throw new IOException(answer.output());
        }
    }

    private Signed signed(String alias) throws IOException {
        try {
            var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            var key = keys.getKey(alias, PASSWORD.toCharArray());
            return new Signed(
                    pem("PRIVATE KEY", key.getEncoded()),
                    pem("CERTIFICATE", keys.getCertificate(alias).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static String pem(String type, byte[] content) {
        var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----".formatted(type, lines.encodeToString(content));
    }
}
