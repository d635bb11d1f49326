package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

class WarmConnectionsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Test
    void the_first_insert_of_a_new_connection_reads_less_than_half_of_the_catalog_pages() throws SQLException {
        var url = DATABASE.url(Logins.APP);
        pages(cold(url)); // which fills what all sessions share
        var cold = pages(cold(url));
        var warm = pages(new WarmConnections(url, true));
        assertThat(warm).isPositive().isLessThan(cold / 2);
    }

    private static DataSource cold(DatabaseUrl url) {
        var source = new PGSimpleDataSource();
        source.setUrl(url.jdbc());
        return source;
    }

    /// The pages that the first bound insert of a connection touches.
    private static long pages(DataSource source) throws SQLException {
        try (var connection = source.getConnection();
                var admin = DATABASE.admin()) {
            var insert = FirstColumn.of(admin, """
                select format('begin; select app.bind(%L, ''user:'' || %L, false);'
                              ' insert into app.payment_order (organization_id, livemode, currency, amount_minor,'
                              ' created_by) values (%L, false, ''EUR'', 1, app.actor()); commit',
                              organization_id, user_id, organization_id)
                  from app.membership where role = 'owner' and status = 'active' limit 1
                """).getFirst();
            flush(connection);
            var before = touched(admin);
            try (var statement = connection.createStatement()) {
                statement.execute(insert);
            }
            flush(connection);
            return touched(admin) - before;
        }
    }

    private static void flush(Connection connection) throws SQLException {
        FirstColumn.of(connection, "select pg_stat_force_next_flush()::text");
    }

    /// By all sessions of this database; the one that asks writes down what it touches when it ends.
    private static long touched(Connection admin) throws SQLException {
        return Long.parseLong(FirstColumn.of(admin, """
            select blks_hit + blks_read from pg_stat_database where datname = current_database()
            """).getFirst());
    }
}
