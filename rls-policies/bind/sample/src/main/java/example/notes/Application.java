package example.notes;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.SelfCheck;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.task.TaskDecorator;

/// An application that keeps the notes of many tenants in one table.
@SpringBootApplication
public class Application {

    public static void main(String[] arguments) {
        // Hibernate queries the database's properties at start: for no tenant, which sees no row.
        Tenant.none().run(() -> SpringApplication.run(Application.class, arguments));
    }

    @Bean
    HikariDataSource pool(DataSourceProperties properties) {
        return properties
                .initializeDataSourceBuilder()
                .type(HikariDataSource.class)
                .build();
    }

    /// The data source that JdbcTemplate, Hibernate and jOOQ receive.
    @Bean
    @Primary
    DataSource tenants(HikariDataSource pool) throws SQLException {
        new SelfCheck(List.of("notes"), "tenant").require(pool);
        return TenantDataSource.over(pool, BindCall.variable("notes.tenant"));
    }

    /// Tasks of Spring's own executor (`@Async`, asynchronous requests) run for the tenant that submitted
    /// them.
    @Bean
    TaskDecorator carryTenant() {
        return Tenant::wrap;
    }
}
