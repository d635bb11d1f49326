package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The pages that the server shows to people.
class DocsTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void the_root_leads_to_the_documentation() throws Exception {
        var root = get("/");
        assertThat(root.statusCode()).isEqualTo(302);
        assertThat(root.headers().firstValue("Location")).contains("/docs");
    }

    @ParameterizedTest
    @EnumSource
    void a_problem_leads_to_a_page_that_explains_it(ProblemCode code) throws Exception {
        var type = new Problem(code, "").document("1").get("type").toString();
        var page = get(type);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'");
        assertThat(page.body())
                .contains(
                        "<h1>" + code.title() + "</h1>",
                        "HTTP status " + code.status(),
                        "<code>" + code.slug() + "</code>",
                        "<h2>Cause</h2>",
                        "<h2>What to do</h2>")
                .doesNotContain("{", "`", "http://", "https://");
        assertThat(get("/docs/assets/docs.css").statusCode()).isEqualTo(200);
    }

    @Test
    void a_problem_of_a_real_answer_names_its_page() throws Exception {
        var refused = SERVER.as("acme", "Owner").get("/v1/customers?nonsense=1").problem(ProblemCode.INVALID_PARAMETER);
        assertThat(refused.text("/type")).isEqualTo("/problems/invalid-parameter");
        assertThat(get(refused.text("/type")).body()).contains("A query parameter is unknown here");
    }

    @Test
    void a_page_of_no_problem_is_absent() throws Exception {
        assertThat(get("/problems/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/problems/not_found").statusCode()).isEqualTo(404);
    }

    /// A real browser shows the page under the person's preference.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the_documentation_is_as_dark_as_the_system(boolean dark, @TempDir Path profile) throws Exception {
        var chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeThat(chromium).as("a Chromium on the PATH").isPresent();
        var process = new ProcessBuilder(
                        chromium.get().toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--user-data-dir=" + profile,
                        "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1),
                        "--virtual-time-budget=5000",
                        "--dump-dom",
                        "http://127.0.0.1:%d/docs".formatted(SERVER.port()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var page = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(page).contains("operations-tag-customers");
        assertThat(page.contains("class=\"dark-mode\"")).isEqualTo(dark);
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(SERVER.port(), path)));
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
