package hedgerow.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;

/// The pages `/docs`, the OpenAPI document for people, and `/problems/{code}`, which explains a problem.
/// They load nothing from other sites.
final class DocsRoutes implements Routes {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";

    private static final String SWAGGER = "/META-INF/resources/webjars/swagger-ui/" + version() + "/";

    private static final Map<String, Asset> ASSETS = Map.of(
            "docs.js", new Asset("/docs/docs.js", "text/javascript"),
            "docs.css", new Asset("/docs/docs.css", "text/css"),
            "swagger-ui-bundle.js", new Asset(SWAGGER + "swagger-ui-bundle.js", "text/javascript"),
            "swagger-ui.css", new Asset(SWAGGER + "swagger-ui.css", "text/css"));

    private final Map<String, String> problems = ProblemPages.all();

    private record Asset(String resource, String contentType) {}

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/", ctx -> ctx.redirect("/docs"), Access.PUBLIC);
        routes.get("/problems/{code}", this::problem, Access.PUBLIC);
        routes.get("/docs", ctx -> send(ctx, new Asset("/docs/index.html", "text/html")), Access.PUBLIC);
        routes.get("/docs/assets/{name}", this::asset, Access.PUBLIC);
    }

    private void problem(Context ctx) {
        var page = problems.get(ctx.path());
        if (page == null) {
            throw Requests.notFound();
        }
        send(ctx, page.getBytes(StandardCharsets.UTF_8), "text/html");
    }

    private void asset(Context ctx) {
        var asset = ASSETS.get(ctx.pathParam("name"));
        if (asset == null) {
            throw Requests.notFound();
        }
        send(ctx, asset);
    }

    private static String version() {
        var properties = new Properties();
        try (var in = DocsRoutes.class.getResourceAsStream("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(Context ctx, Asset asset) {
        try (var in = DocsRoutes.class.getResourceAsStream(asset.resource)) {
            send(ctx, in.readAllBytes(), asset.contentType);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(Context ctx, byte[] content, String contentType) {
        ctx.result(content).contentType(contentType + "; charset=utf-8");
        ctx.header("Content-Security-Policy", POLICY);
        ctx.header("Cache-Control", "public, max-age=3600");
    }
}
