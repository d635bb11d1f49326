package hedgerow.bench.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// A service as Spring Boot has it: a controller, a repository, a transaction per request, and a data source that
/// tells the session who its tenant is.
@SpringBootApplication
public class Application {

    static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }
}
