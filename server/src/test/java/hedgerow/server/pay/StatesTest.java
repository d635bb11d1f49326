package hedgerow.server.pay;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// States, roles and kinds are the same in the code, in the CHECKs of the database, and in the document of
/// the API.
class StatesTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final Pattern VALUE = Pattern.compile("'([a-z0-9_]+)'");
    private static final Path DOCUMENT = Path.of("src/main/openapi");

    @Test
    void the_states_of_the_code_are_those_of_the_database() throws SQLException {
        var checks = checks();
        assertThat(codes(OrderStatus.values())).isEqualTo(checks.get("payment_order.status"));
        assertThat(codes(ApprovalStatus.values())).isEqualTo(checks.get("approval.status"));
    }

    /// The API shows no kind of a key; and the mode of a provider's event is internal.
    @Test
    void the_lists_of_the_document_are_those_of_the_database() throws Exception {
        var documented = documented();
        var shared = new TreeSet<String>();
        checks().forEach((column, values) -> {
            if (documented.containsKey(column)) {
                shared.add(column);
                assertThat(documented.get(column)).as(column).isEqualTo(values);
            }
        });
        assertThat(shared)
                .hasSizeGreaterThan(25)
                .contains("payment_order.status", "membership.role", "wallet.kind", "agent_limit.period");
    }

    /// Lists of values by table and column: `check (status = any (array['a', 'b']))`.
    private static Map<String, Set<String>> checks() throws SQLException {
        var checks = new TreeMap<String, Set<String>>();
        try (var admin = DATABASE.admin()) {
            for (var line : FirstColumn.of(admin, """
                select c.relname || '.' || a.attname || ' ' || pg_get_constraintdef(k.oid)
                  from pg_constraint k
                  join pg_class c on c.oid = k.conrelid
                  join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
                 where c.relnamespace = 'app'::regnamespace and k.contype = 'c' and cardinality(k.conkey) = 1
                   and pg_get_constraintdef(k.oid) ~ '^CHECK \\(\\(\\w+ = ANY'
                """)) {
                var parts = line.split(" ", 2);
                checks.put(parts[0], values(parts[1]));
            }
        }
        return checks;
    }

    private static Set<String> values(String check) {
        var values = new TreeSet<String>();
        VALUE.matcher(check).results().forEach(found -> values.add(found.group(1)));
        return values;
    }

    /// The lists of values of each row's schema, by the object's name and the property.
    private static Map<String, Set<String>> documented() throws IOException {
        var lists = new TreeMap<String, Set<String>>();
        try (var files = Files.list(DOCUMENT)) {
            for (var file : files.toList()) {
                var schemas = read(file).path("components").path("schemas");
                schemas.forEach(schema -> {
                    var object = schema.path("properties")
                            .path("object")
                            .path("const")
                            .asString("");
                    schema.path("properties").properties().forEach(property -> {
                        var values = new TreeSet<String>();
                        property.getValue().path("enum").forEach(value -> {
                            if (!value.isNull()) {
                                values.add(value.asString());
                            }
                        });
                        if (!values.isEmpty()) {
                            lists.put(table(object) + "." + property.getKey(), values);
                        }
                    });
                });
            }
        }
        return lists;
    }

    private static String table(String object) {
        return switch (object) {
            case "payment_method" -> "customer_payment_method";
            case "agent_log_entry" -> "agent_log";
            case "audit_log_entry" -> "audit_log";
            default -> object;
        };
    }

    private static JsonNode read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Set<String> codes(Enum<?>[] values) {
        List<String> codes = new ArrayList<>();
        Arrays.stream(values).forEach(value -> codes.add(value.name().toLowerCase(java.util.Locale.ROOT)));
        return new TreeSet<>(codes);
    }
}
