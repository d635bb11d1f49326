package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.Database;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.auth.Auth;
import hedgerow.server.auth.AuthConfig;
import hedgerow.server.link.PaymentPages;
import hedgerow.server.provider.ProviderWebhooks;
import hedgerow.sql.Logins;
import io.javalin.http.HttpResponseException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// Every refusal by the database, and every internal failure, is a problem document.
@ResourceLock(Resources.SYSTEM_ERR)
class RefusalsTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    private record Constraint(String table, String name, List<String> columns) {}

    /// A trigger refuses customers in the name of each constraint of the schema.
    @Test
    void every_check_of_the_schema_is_a_problem_with_the_fields_that_the_caller_knows() throws SQLException {
        SERVER.run("""
            create function pg_temp.refuse() returns trigger language plpgsql as '
            begin
                raise exception ''refused'' using errcode = ''23514'', schema = ''app'',
                    table = split_part(new.name, ''.'', 1), constraint = split_part(new.name, ''.'', 2);
            end';
            """.replace("pg_temp", "public"));
        SERVER.run("create trigger refuse before insert on app.customer for each row when (new.name like '%.%_check%')"
                + " execute function public.refuse()");
        var fields = SERVER.document().at("/components/schemas/CustomerChange/properties");
        var constraints = constraints();
        assertThat(constraints).hasSizeGreaterThan(200).anyMatch(one -> one.name.equals("price_check"));
        for (var constraint : constraints) {
            var refused = acme.post(
                            "/v1/customers", "{\"name\": \"%s.%s\"}".formatted(constraint.table, constraint.name))
                    .problem(ProblemCode.INVALID_BODY);
            assertThat(refused.body().path("errors").findValuesAsString("field"))
                    .as(constraint::toString)
                    .containsExactlyElementsOf(constraint.columns.stream()
                            .filter(fields::has)
                            .map(column -> "/" + column)
                            .toList());
        }
        SERVER.run("drop function public.refuse() cascade");
    }

    private static List<Constraint> constraints() throws SQLException {
        var constraints = new ArrayList<Constraint>();
        try (var connection = SERVER.database.admin();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                    select r.relname, c.conname, array(select a.attname::text from pg_attribute a
                                                        where a.attrelid = c.conrelid and a.attnum = any (c.conkey)
                                                        order by a.attnum)
                      from pg_constraint c join pg_class r on r.oid = c.conrelid
                     where c.contype = 'c' and c.connamespace = 'app'::regnamespace and c.conname ~ '_check[0-9]*$'
                     order by 1, 2
                    """)) {
            while (rows.next()) {
                constraints.add(new Constraint(rows.getString(1), rows.getString(2), List.of((String[])
                        rows.getArray(3).getArray())));
            }
        }
        return constraints;
    }

    @Test
    void values_that_do_not_go_together_are_named() {
        var product = acme.post("/v1/products", "{\"name\": \"p\"}").is(201).text("/id");
        var customer = acme.get("/v1/customers?limit=1").text("/data/0/id");
        var agent = acme.post("/v1/agents", """
            {"name": "%s", "model_provider": "x", "model_name": "y", "capabilities": ["execute_payment"]}
            """.formatted(UUID.randomUUID()))
                .is(201)
                .text("/id");
        refused("/v1/agents/" + agent + "/activate", "", "/agent_wallet_id", "/status", "/capabilities");
        refused("/v1/payment-methods", """
            {"customer_id": "%s", "kind": "wallet", "provider": "evm"}
            """.formatted(customer), "/chain", "/wallet_address");
        var price = acme.post("/v1/prices", """
            {"product_id": "%s", "kind": "one_off", "currency": "EUR", "unit_amount_minor": 5}
            """.formatted(product)).is(201).text("/id");
        var link = acme.post("/v1/payment-links", "{\"price_id\": \"%s\", \"max_uses\": 3}".formatted(price))
                .is(201)
                .text("/id");
        var order = "{\"payment_link_id\": \"%s\"}".formatted(link);
        acme.post("/v1/payment-orders", order).is(201);
        acme.post("/v1/payment-orders", order).is(201);
        var below = acme.patch("/v1/payment-links/" + link, "{\"max_uses\": 1}").problem(ProblemCode.INVALID_BODY);
        assertThat(below.body().path("errors").findValuesAsString("field")).containsExactly("/max_uses");
    }

    private void refused(String path, String body, String... fields) {
        var answer = (body.isEmpty() ? acme.post(path) : acme.post(path, body)).problem(ProblemCode.INVALID_BODY);
        assertThat(answer.body().path("errors").findValuesAsString("field")).contains(fields);
    }

    // --- failures of ours ----------------------------------------------------------------------------------------

    /// A map that fails when somebody reads it.
    private static final class Trap extends AbstractMap<String, String> {

        @Override
        public Set<Map.Entry<String, String>> entrySet() {
            throw new IllegalStateException("the failure of the translation");
        }
    }

    @Test
    void a_failure_that_cannot_be_translated_is_logged_and_still_a_problem() throws Exception {
        assertFails(
                new HttpResponseException(405, "the first failure", new Trap()),
                "the first failure",
                "the failure of the translation");
    }

    @Test
    void an_error_of_the_machine_is_logged_and_still_a_problem() throws Exception {
        assertFails(new StackOverflowError("too deep"), "too deep");
    }

    private static void assertFails(Throwable failure, String... logged) throws Exception {
        var said = new ByteArrayOutputStream();
        var before = System.err;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try (var api = apiThatFails(failure)) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/customers".formatted(api.port())))
                    .build();
            var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(answer.body())
                    .contains("\"code\":\"internal_error\"", "\"request_id\":")
                    .doesNotContain(logged);
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).contains(logged);
    }

    private static Api apiThatFails(Throwable failure) {
        var source = TenantDataSource.over(SERVER.database.dataSource(Logins.APP), BindCall.plain());
        var database = Database.over(source);
        var auth =
                Auth.over(database, new AuthConfig(List.of(), List.of(), Map.of(), Duration.ofHours(1), 60), List.of());
        var resources = ApiRoutes.over(
                source,
                database,
                Limits.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                auth.tokens());
        return Api.start(
                new HttpSettings("127.0.0.1", 0, Limits.DEFAULT, false, Optional.empty(), false, List.of(), false),
                new Metrics(false),
                () -> true,
                _ -> {
                    throw RefusalsTest.<RuntimeException>unchecked(failure);
                },
                Stream.concat(
                                Stream.concat(auth.routes().stream(), resources.stream()),
                                Stream.of(new ProviderWebhooks(), new PaymentPages(List.of())))
                        .toList());
    }

    /// Throws an exception that no signature declares, as generic code can.
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> X unchecked(Throwable failure) throws X {
        throw (X) failure;
    }
}
