package hedgerow.rls.body;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OwnBodiesTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    @RegisterExtension
    static final HedgerowDatabase SEALED = HedgerowDatabase.migrated().sealed();

    /// All but the function that closes an audit block: it assigns a record that a function returns.
    @Test
    void every_function_and_trigger_of_the_payments_system_is_modelled() throws SQLException {
        try (var plain = DATABASE.admin();
                var sealed = SEALED.admin()) {
            for (var missing : List.of(missing(plain), missing(sealed))) {
                assertThat(missing).allMatch(why -> why.startsWith("app_private.close_audit_block(): a record of "));
            }
        }
    }

    private static List<String> missing(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        try (var statement = connection.createStatement()) {
            statement.execute("set local search_path = pg_catalog, pg_temp");
        }
        var catalog = Catalog.read(connection);
        var reader = new BodyReader(connection, catalog, new CatalogNames(catalog));
        var bodies = new ArrayList<Body>();
        catalog.functions().values().stream()
                .filter(function -> function.schema().startsWith("app") && function.returnType() != RowTypes.TRIGGER)
                .forEach(function -> bodies.add(reader.read(function)));
        for (var table : catalog.relationsIn(List.of("app", "app_private"))) {
            table.triggers()
                    .forEach(trigger -> bodies.add(
                            reader.read(catalog.function(trigger.function()).orElseThrow(), table)));
        }
        assertThat(bodies).hasSizeGreaterThan(100);
        return bodies.stream()
                .filter(body -> body.missing().isPresent())
                .map(body -> body.function().quoted() + ": " + body.missing().get())
                .toList();
    }
}
