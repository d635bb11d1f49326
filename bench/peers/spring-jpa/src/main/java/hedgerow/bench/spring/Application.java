package hedgerow.bench.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// A typical Spring Boot service: a controller, a repository, a transaction per request, and a data source
/// that sets the tenant of the session.
@SpringBootApplication
public class Application {

    static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }
}
