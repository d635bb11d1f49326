package hedgerow.sql;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// A server in PostgreSQL's official image, for `-Dhedgerow.database=container`.
record ContainerServer(PostgreSQLContainer container) implements AutoCloseable {

    static ContainerServer start() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            System.err.println("SKIPPED: -Dhedgerow.database=container, but no Docker engine answers");
            Assumptions.abort("no Docker engine answers");
        }
        var major = System.getProperty("hedgerow.postgres", "18").split("\\.")[0];
        var container = new PostgreSQLContainer("postgres:%s-alpine".formatted(major));
        container.start();
        return new ContainerServer(container);
    }

    DatabaseUrl admin() {
        return new DatabaseUrl(
                container.getHost(),
                container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                "postgres",
                Optional.of(container.getUsername()),
                Optional.of(container.getPassword()),
                Map.of());
    }

    @Override
    public void close() {
        container.stop();
    }
}
