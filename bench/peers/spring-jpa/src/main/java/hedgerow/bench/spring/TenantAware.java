package hedgerow.bench.spring;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.stereotype.Component;

/// Wraps the pool in a data source that begins each transaction with `set_config`.
@Component
class TenantAware implements BeanPostProcessor {

    private static final String SET = """
        select set_config('app.organization_id', ?, true), set_config('app.actor', ?, true),
               set_config('app.role', 'owner', true), set_config('app.livemode', 'false', true)\
        """;

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof DataSource pool ? new TenantDataSource(pool) : bean;
    }

    private static final class TenantDataSource extends DelegatingDataSource {

        TenantDataSource(DataSource pool) {
            super(pool);
        }

        @Override
        public Connection getConnection() throws SQLException {
            var connection = super.getConnection();
            var tenant = CurrentTenant.get();
            if (tenant != null) {
                set(connection, tenant.toString());
            }
            return connection;
        }

        private static void set(Connection connection, String tenant) throws SQLException {
            try (var statement = connection.prepareStatement(SET)) {
                statement.setString(1, tenant);
                statement.setString(2, "user:" + tenant);
                statement.execute();
            }
        }
    }
}
