package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().sealed();

    @RegisterExtension
    static final HedgerowDatabase PLAIN = HedgerowDatabase.migrated();

    private static final Pattern ID = Pattern.compile("key (\\S{36})");

    @TempDir
    private Path folder;

    private HedgerowDatabase copy;

    @BeforeEach
    void copy() {
        copy = DATABASE.copy();
    }

    @AfterEach
    void drop() {
        copy.close();
    }

    @Test
    void a_key_is_shown_once_and_kept_as_the_pads_of_its_hmac() throws Exception {
        var created = keys("create");
        assertThat(created.exit()).as(created.said()).isZero();
        var key = HexFormat.of().parseHex(created.said().lines().toList().get(1));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        var expected = HexFormat.of().formatHex(mac.doFinal("a message".getBytes(StandardCharsets.UTF_8)));
        assertThat(query("select encode(sha256(outer_pad || sha256(inner_pad || 'a message')), 'hex')"
                        + " from app_private.seal_key where purpose = 'bind'"))
                .isEqualTo(expected);
        assertThat(keys("list").said())
                .contains(id(created))
                .doesNotContain(HexFormat.of().formatHex(key));
    }

    @Test
    void a_key_can_go_to_a_file_of_its_owner_only() throws Exception {
        var file = folder.resolve("key");
        var created = keys("create", "--out", file.toString());
        var key = Files.readString(file).strip();
        assertThat(key).matches("[0-9a-f]{64}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(created.said()).doesNotContain(key);
    }

    @Test
    void a_file_is_never_overwritten_and_then_no_key_is_made() throws Exception {
        var file = Files.writeString(folder.resolve("key"), "the only copy");
        assertThat(keys("create", "--out", file.toString()).exit()).isEqualTo(2);
        assertThat(file).hasContent("the only copy");
        assertThat(active()).isEqualTo("0");
    }

    @Test
    void a_second_key_comes_by_rotation_and_the_first_is_retired_by_hand() throws Exception {
        var first = keys("create");
        assertThat(keys("create").exit()).isEqualTo(2);
        assertThat(keys("rotate").exit()).isZero();
        assertThat(active()).isEqualTo("2");
        assertThat(keys("retire", id(first)).exit()).isZero();
        assertThat(active()).isEqualTo("1");
        assertThat(keys("retire", id(first)).exit()).isEqualTo(2);
    }

    @Test
    void a_rotation_makes_a_new_seal_key_too_and_the_old_one_can_be_retired() throws Exception {
        keys("create");
        var old = query("select id from app_private.seal_key where purpose = 'seal'");
        assertThat(keys("rotate").said()).containsPattern("seal key \\S{36}");
        assertThat(activeSeals()).isEqualTo("2");
        assertThat(keys("retire", old).said()).doesNotContain("refuses every session");
        assertThat(activeSeals()).isEqualTo("1");
    }

    @Test
    void the_first_key_of_a_database_restored_without_keys_comes_with_a_seal_key() throws Exception {
        try (var connection = copy.admin();
                var statement = connection.createStatement()) {
            statement.execute("delete from app_private.seal_key");
        }
        assertThat(keys("create").said()).contains("seal key ");
        assertThat(activeSeals()).isEqualTo("1");
    }

    @Test
    void retiring_the_last_seal_key_explains_the_consequences() throws Exception {
        keys("create");
        var seal = query("select id from app_private.seal_key where purpose = 'seal'");
        assertThat(keys("retire", seal).said()).contains("refuses every session");
    }

    @Test
    void retiring_the_last_key_explains_the_consequences() {
        var created = keys("create");
        assertThat(keys("retire", id(created)).said()).contains("refuses every session");
    }

    @Test
    void a_key_of_a_plain_database_comes_with_a_warning() {
        assertThat(keysOf(PLAIN, "create").said()).contains("plain mode and checks no token");
        assertThat(keys("create").said()).doesNotContain("plain mode");
    }

    private InProcess keys(String action, String... more) {
        return keysOf(copy, action, more);
    }

    private static InProcess keysOf(HedgerowDatabase database, String action, String... more) {
        var arguments = new String[more.length + 3];
        arguments[0] = action;
        arguments[1] = "--admin-database";
        arguments[2] = database.adminUrl().libpq();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return InProcess.run(new KeysCommand(), arguments);
    }

    private static String id(InProcess created) {
        var id = ID.matcher(created.said());
        assertThat(id.find()).as(created.said()).isTrue();
        return id.group(1);
    }

    private String active() throws SQLException {
        return query("select count(*) from app_private.seal_key where purpose = 'bind' and retired_at is null");
    }

    private String activeSeals() throws SQLException {
        return query("select count(*) from app_private.seal_key where purpose = 'seal' and retired_at is null");
    }

    private String query(String sql) throws SQLException {
        try (var connection = copy.admin();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
