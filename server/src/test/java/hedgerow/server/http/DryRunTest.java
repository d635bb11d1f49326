package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A dry run is undone in every spelling of RFC 7240, or refused, for persons as well.
class DryRunTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final String CUSTOMERS = "/v1/customers";
    private static final String ORGANIZATION =
            "{\"slug\": \"dry\", \"name\": \"Dry\", \"country\": \"DE\", \"default_currency\": \"EUR\"}";
    private static final String ADA = "{\"name\": \"Ada\"}";

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tx=rollback",
                "return=minimal, tx=rollback",
                "tx=rollback, return=minimal",
                "tx=\"rollback\"",
                "tx=\"roll\\back\"",
                "tx = rollback",
                "tx\t=\trollback ",
                "TX=rollback",
                "respond-async; wait=10; note=\"a, tx=commit\", tx=rollback",
                ",, tx=rollback , ,",
                "tx=rollback, tx=rollback",
                "tx=rollback;"
            })
    void a_wish_to_try_is_granted_in_every_spelling(String prefer) {
        var tried = acme.with("Prefer", prefer).post(CUSTOMERS, ADA).is(201);
        assertThat(tried.header("Preference-Applied")).isEqualTo("tx=rollback");
        acme.get(CUSTOMERS + "/" + tried.text("/id")).problem(ProblemCode.NOT_FOUND);
    }

    @Test
    void a_wish_on_a_second_line_is_granted() {
        var tried = acme.with("Prefer", "return=minimal", "Prefer", "tx=rollback")
                .post(CUSTOMERS, ADA)
                .is(201);
        acme.get(CUSTOMERS + "/" + tried.text("/id")).problem(ProblemCode.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tx=rolback",
                "tx=ROLLBACK",
                "tx=commit",
                "tx",
                "tx=\"\"",
                "tx=rollback; for=a-while",
                "tx=rollback, tx=commit",
                "tx=",
                "tx=\"rollback",
                "tx=rollback\"",
                "tx rollback",
                "return=minimal tx=rollback",
                "=rollback",
                "tx=roll back"
            })
    void a_wish_that_is_not_understood_is_refused_and_nothing_happens(String prefer) {
        var before = SERVER.writes();
        acme.with("Prefer", prefer).post(CUSTOMERS, ADA).problem(ProblemCode.INVALID_HEADER);
        assertThat(SERVER.writes()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"return=minimal", "handling=strict; tx=rollback", "wait=\"tx=rollback\", x-tx=rollback", ""})
    void a_wish_of_another_kind_is_no_dry_run(String prefer) {
        var made = acme.with("Prefer", prefer).post(CUSTOMERS, ADA).is(201);
        assertThat(made.header("Preference-Applied")).isNull();
        acme.get(CUSTOMERS + "/" + made.text("/id")).is(200);
    }

    @Test
    void a_tried_request_leaves_its_idempotency_key_free() {
        var once = acme.with("Idempotency-Key", UUID.randomUUID().toString());
        once.with("Prefer", "tx=rollback").post(CUSTOMERS, ADA).is(201);
        var made = once.post(CUSTOMERS, ADA).is(201);
        assertThat(made.header("Idempotent-Replayed")).isNull();
    }

    // --- people --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "PATCH | /v1/me | {\"display_name\": \"Dry\"} | 200",
                "POST | /v1/organizations | {organization} | 201",
                "PATCH | /v1/organizations/{own} | {\"legal_name\": \"Dry\"} | 200",
                "POST | /v1/invitations/accept | {\"token\": \"{invitation}\"} | 200",
                "DELETE | /v1/auth/sessions/current | | 204"
            })
    void a_person_may_try_too(String method, String path, String body, int status) {
        var person = SERVER.person("globex", "owner");
        var own = SERVER.one("select id from app.organization where slug = 'globex'");
        var request = Optional.ofNullable(body)
                .map(text -> text.replace("{invitation}", invitation()).replace("{organization}", ORGANIZATION));
        var before = SERVER.writes();
        var tried = person.with("Prefer", "return=minimal, tx=rollback")
                .send(method, path.replace("{own}", own), request)
                .is(status);
        assertThat(tried.header("Preference-Applied")).isEqualTo("tx=rollback");
        assertThat(SERVER.writes()).isEqualTo(before);
        person.get("/v1/me").is(200);
    }

    private String invitation() {
        return acme.post(
                        "/v1/invitations",
                        "{\"email\": \"%s@example.com\", \"role\": \"viewer\"}".formatted(UUID.randomUUID()))
                .is(201)
                .text("/secret");
    }

    @Test
    void a_refund_may_be_tried() {
        var order = SERVER.one("""
            select o.id from app.payment_order o join app.organization t on t.id = o.organization_id
             where t.slug = 'acme' and not o.livemode and o.status = 'succeeded' and o.currency = 'EUR'
               and o.refunded = 0 limit 1
            """);
        var body = "{\"payment_order_id\": \"%s\", \"currency\": \"EUR\", \"amount_minor\": 1, \"reason\": \"other\"}"
                .formatted(order);
        var dry = acme.with("Prefer", "tx=rollback");
        var before = SERVER.writes();
        dry.post("/v1/refunds", body).is(201);
        assertThat(SERVER.writes()).isEqualTo(before);
        var refund = acme.post("/v1/refunds", body).is(201).text("/id");
        dry.post("/v1/refunds/" + refund + "/cancel").is(200);
        assertThat(acme.get("/v1/refunds/" + refund).text("/status")).isEqualTo("requested");
    }
}
