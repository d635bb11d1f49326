package example.notes;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManagerFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/// Calls the application over HTTP, through each of the three libraries. It starts as in production, by its
/// `main`.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, useMainMethod = UseMainMethod.ALWAYS)
class NotesTest {

    private static final BodyPublisher NOTHING = BodyPublishers.noBody();

    @Value("${local.server.port}")
    private int port;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void begin() throws Exception {
        for (var tenant : List.of("oak", "elm")) {
            send("DELETE", "/jdbc", tenant, NOTHING);
            send("POST", "/jdbc", tenant, BodyPublishers.ofString("first of " + tenant));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc", "jpa", "jooq"})
    void a_tenant_reads_and_writes_its_own_rows_alone(String way) throws Exception {
        assertThat(send("POST", "/" + way, "oak", BodyPublishers.ofString("second"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(titles("/" + way, "oak")).isEqualTo("[\"first of oak\",\"second\"]");
        assertThat(titles("/" + way, "elm")).isEqualTo("[\"first of elm\"]");
        assertThat(send("DELETE", "/" + way, "oak", NOTHING).statusCode()).isEqualTo(200);
        assertThat(titles("/" + way, "oak")).isEqualTo("[]");
        assertThat(titles("/" + way, "elm")).isEqualTo("[\"first of elm\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc", "jpa", "jooq"})
    void an_executor_carries_the_tenant(String way) throws Exception {
        for (var tenant : List.of("oak", "elm", "oak")) {
            assertThat(titles("/" + way + "/later", tenant)).isEqualTo("[\"first of " + tenant + "\"]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jdbc", "/jpa", "/jooq", "/jdbc/later"})
    void a_request_without_a_tenant_is_refused_with_a_message_that_says_what_to_do(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        var answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("No tenant is in scope.", "Tenant.of(...).call(...)");
    }

    /// The application has started outside of any tenant's scope, and Hibernate has found out the
    /// database's properties.
    @Test
    void hibernate_starts_without_a_tenant(@Autowired EntityManagerFactory entities) {
        var dialect = entities.unwrap(SessionFactoryImplementor.class)
                .getJdbcServices()
                .getDialect();
        assertThat(dialect).isInstanceOf(PostgreSQLDialect.class);
        assertThat(dialect.getVersion().getMajor()).as("asked of the server").isGreaterThanOrEqualTo(15);
    }

    private String titles(String path, String tenant) throws Exception {
        var answer = send("GET", path, tenant, NOTHING);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private HttpResponse<String> send(String method, String path, String tenant, BodyPublisher body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, body)
                .header("Tenant", tenant)
                .header("Content-Type", "text/plain")
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
