package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The life of each resource: the possible actions in their order, who may take them, and who may not.
class LifeCycleTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final String EUR = "{\"currency\": \"EUR\", \"amount_minor\": 4200}";

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");
    private final ApiServer.Client globex = SERVER.as("globex", "Owner");

    // --- orders --------------------------------------------------------------------------------------------------

    @Test
    void an_order_is_confirmed_and_waits_for_its_execution() {
        var order = acme.post("/v1/payment-orders", EUR).is(201);
        var path = "/v1/payment-orders/" + order.text("/id");
        assertThat(order.text("/status")).isEqualTo("requires_confirmation");
        assertThat(acme.post(path + "/confirm").is(200).text("/status")).isEqualTo("requires_execution");
        acme.post(path + "/confirm").problem(ProblemCode.INVALID_STATE);
        assertThat(acme.post(path + "/cancel").is(200).text("/status")).isEqualTo("canceled");
        acme.post(path + "/cancel").problem(ProblemCode.INVALID_STATE);
        assertThat(acme.get("/v1/events?subject_id=" + order.text("/id"))
                        .body()
                        .at("/data")
                        .findValuesAsString("type"))
                .containsExactly("payment_order.canceled", "payment_order.confirmed", "payment_order.created");
    }

    @Test
    void an_order_costs_its_price() {
        var price = tiered("graduated");
        var order = acme.post("/v1/payment-orders", "{\"price_id\": \"%s\", \"quantity\": 15}".formatted(price));
        assertThat(order.is(201).body().path("amount_minor").asInt()).isEqualTo(10 * 100 + 5 * 80 + 7);
        var volume =
                acme.post("/v1/payment-orders", "{\"price_id\": \"%s\", \"quantity\": 15}".formatted(tiered("volume")));
        assertThat(volume.is(201).body().path("amount_minor").asInt()).isEqualTo(15 * 80 + 7);
        globex.post("/v1/payment-orders", "{\"price_id\": \"%s\"}".formatted(price))
                .problem(ProblemCode.INVALID_REFERENCE);
        acme.post(
                        "/v1/payment-orders",
                        "{\"price_id\": \"%s\", \"currency\": \"EUR\", \"amount_minor\": 1}".formatted(price))
                .problem(ProblemCode.INVALID_BODY);
    }

    @Test
    void a_payment_link_brings_in_orders_until_it_is_used_up() throws Exception {
        var price = tiered("graduated");
        var agent = SERVER.one("select id from app.agent where name = 'Agent 1' and not livemode and organization_id ="
                + " (select id from app.organization where slug = 'acme')");
        var link = acme.post("/v1/payment-links", """
            {"price_id": "%s", "quantity": 15, "executing_agent_id": "%s", "description": "Tea", "max_uses": 2}\
            """.formatted(price, agent))
                .is(201)
                .text("/id");
        var body = "{\"payment_link_id\": \"%s\"}".formatted(link);
        var order = acme.post("/v1/payment-orders", body).is(201);
        assertThat(order.body().path("amount_minor").asInt()).isEqualTo(10 * 100 + 5 * 80 + 7);
        assertThat(order.text("/executing_agent_id")).isEqualTo(agent);
        assertThat(order.text("/description")).isEqualTo("Tea");
        assertThat(used(link)).isEqualTo(1);

        Callable<ApiServer.Answer> another = () -> acme.post("/v1/payment-orders", body);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var statuses = threads.invokeAll(List.of(another, another, another, another)).stream()
                    .map(answer -> answer.resultNow().status())
                    .toList();
            assertThat(statuses).containsExactlyInAnyOrder(201, 409, 409, 409);
        }
        assertThat(used(link)).isEqualTo(2);
        acme.post("/v1/payment-orders/" + order.text("/id") + "/cancel").is(200);
        assertThat(used(link)).as("nothing came of it").isEqualTo(1);
        assertThat(acme.with("Prefer", "tx=rollback")
                        .post("/v1/payment-orders", body)
                        .status())
                .isEqualTo(201);
        assertThat(used(link)).isEqualTo(1);
        acme.post("/v1/payment-orders", body).is(201);
        acme.post("/v1/payment-orders", body).problem(ProblemCode.PAYMENT_LINK_CLOSED);
    }

    private int used(String link) {
        return acme.get("/v1/payment-links/" + link).is(200).body().path("used").asInt();
    }

    @Test
    void a_payment_link_that_is_not_open_brings_in_nothing() {
        var price = tiered("volume");
        var link = acme.post("/v1/payment-links", "{\"price_id\": \"%s\"}".formatted(price))
                .is(201)
                .text("/id");
        var body = "{\"payment_link_id\": \"%s\"}".formatted(link);
        globex.post("/v1/payment-orders", body).problem(ProblemCode.INVALID_REFERENCE);
        for (var more : List.of(
                "\"quantity\": 2",
                "\"currency\": \"EUR\", \"amount_minor\": 1",
                "\"price_id\": \"%s\"".formatted(price),
                "\"recipient_address\": \"0x%040d\"".formatted(1))) {
            acme.post("/v1/payment-orders", body.replace("}", ", " + more + "}"))
                    .problem(ProblemCode.INVALID_BODY);
        }
        acme.post("/v1/payment-links/" + link + "/disable").is(200);
        acme.post("/v1/payment-orders", body).problem(ProblemCode.PAYMENT_LINK_CLOSED);
        acme.post("/v1/payment-links/" + link + "/enable").is(200);
        acme.post("/v1/prices/" + price + "/deactivate").is(200);
        acme.post("/v1/payment-orders", body).problem(ProblemCode.PAYMENT_LINK_CLOSED);
        acme.post("/v1/prices/" + price + "/activate").is(200);
        SERVER.run("""
            begin;
            select app.bind(organization_id, 'system:test', livemode) from app.payment_link where id = '%1$s';
            update app.payment_link set created_at = now() - interval '2 days', expires_at = now() where id = '%1$s';
            commit
            """.formatted(link));
        acme.post("/v1/payment-orders", body).problem(ProblemCode.PAYMENT_LINK_CLOSED);
        assertThat(used(link)).isZero();
    }

    @Test
    void an_order_that_has_expired_is_not_confirmed() {
        var order = acme.post("/v1/payment-orders", EUR.replace("}", ", \"expires_at\": \"2026-01-01T00:00:00Z\"}"));
        acme.post("/v1/payment-orders/" + order.is(201).text("/id") + "/confirm")
                .problem(ProblemCode.INVALID_STATE);
    }

    @Test
    void a_subscription_begins_rests_goes_on_and_ends() {
        var customer = acme.get("/v1/customers?limit=1").text("/data/0/id");
        var once = SERVER.one("select id from app.price where kind = 'one_off' and not livemode and organization_id ="
                + " (select id from app.organization where slug = 'acme') limit 1");
        var monthly = SERVER.one("select id from app.price where kind = 'recurring' and not livemode and"
                + " organization_id = (select id from app.organization where slug = 'acme') limit 1");
        var body = "{\"customer_id\": \"%s\", \"price_id\": \"%s\"}";
        acme.post("/v1/subscriptions", body.formatted(customer, once)).problem(ProblemCode.INVALID_REFERENCE);
        var made = acme.post("/v1/subscriptions", body.formatted(customer, monthly))
                .is(201);
        var path = "/v1/subscriptions/" + made.text("/id");
        acme.post(path + "/resume").problem(ProblemCode.INVALID_STATE);
        SERVER.as("acme", "Viewer").post(path + "/begin").problem(ProblemCode.FORBIDDEN);
        globex.post(path + "/begin").problem(ProblemCode.NOT_FOUND);
        var begun = acme.post(path + "/begin").is(200);
        assertThat(begun.text("/status")).isEqualTo("active");
        assertThat(begun.text("/period_ends_at")).isNotNull();
        acme.post(path + "/begin").problem(ProblemCode.INVALID_STATE);
        acme.post(path + "/pause").is(200);
        acme.post(path + "/pause").problem(ProblemCode.INVALID_STATE);
        assertThat(acme.post(path + "/resume").is(200).text("/period_ends_at"))
                .isEqualTo(begun.text("/period_ends_at"));
        assertThat(acme.patch(path, "{\"cancel_at_period_end\": true}")
                        .is(200)
                        .body()
                        .path("cancel_at_period_end")
                        .asBoolean())
                .isTrue();
        var ended = acme.post(path + "/cancel").is(200).text("/canceled_at");
        acme.post(path + "/cancel").problem(ProblemCode.INVALID_STATE);
        acme.patch(path, "{\"quantity\": 2}").problem(ProblemCode.INVALID_STATE);
        assertThat(acme.get(path).text("/canceled_at")).isEqualTo(ended);
    }

    private String tiered(String mode) {
        var product = acme.post("/v1/products", "{\"name\": \"Tea\"}").is(201).text("/id");
        return acme.post("/v1/prices", """
            {"product_id": "%s", "kind": "tiered", "currency": "EUR", "tiers_mode": "%s", "tiers": [
              {"up_to": 10, "unit_amount_minor": 100, "flat_amount_minor": 0},
              {"up_to": null, "unit_amount_minor": 80, "flat_amount_minor": 7}]}
            """.formatted(product, mode)).is(201).text("/id");
    }

    @Test
    void an_agent_above_its_limit_needs_a_person_who_did_not_ask() {
        var name = UUID.randomUUID().toString();
        var wallet = acme.post("/v1/wallets", """
            {"kind": "eoa", "chain": "eip155:84532", "address": "0x%s00000000", "label": "Till"}\
            """.formatted(name.replace("-", "")))
                .is(201)
                .text("/id");
        var agent = acme.post("/v1/agents", """
            {"name": "%s", "model_provider": "anthropic", "model_name": "claude", "agent_wallet_id": "%s",
             "capabilities": ["execute_payment"]}\
            """.formatted(name, wallet)).is(201).text("/id");
        acme.post("/v1/agents/" + agent + "/activate").is(200);
        acme.post("/v1/agent-limits", """
            {"agent_id": "%s", "currency": "EUR", "per_payment": "9000", "per_period": "90000", "period": "day",
             "requires_approval_above": "1000"}\
            """.formatted(agent)).is(201);
        var asker = SERVER.person("acme", "owner");
        var order = asker.post("/v1/payment-orders", """
            {"currency": "EUR", "amount_minor": 4200, "executing_agent_id": "%s"}\
            """.formatted(agent)).is(201);
        var path = "/v1/payment-orders/" + order.text("/id");
        assertThat(asker.post(path + "/confirm").is(200).text("/status")).isEqualTo("requires_approval");
        var approval =
                acme.get("/v1/approvals?payment_order_id=" + order.text("/id")).text("/data/0/id");
        var approve = "/v1/approvals/" + approval + "/approve";
        asker.post(approve, "{}").problem(ProblemCode.FORBIDDEN);
        acme.post(approve, "{}").problem(ProblemCode.FORBIDDEN);
        SERVER.person("globex", "admin").post(approve, "{}").problem(ProblemCode.NOT_FOUND);
        var admin = SERVER.person("acme", "admin");
        assertThat(admin.post(approve, "{\"note\": \"fine\"}").is(200).text("/status"))
                .isEqualTo("approved");
        assertThat(acme.get(path).text("/status")).isEqualTo("requires_execution");
        admin.post(approve, "{}").problem(ProblemCode.INVALID_STATE);

        var beyond = acme.post("/v1/payment-orders", """
            {"currency": "EUR", "amount_minor": 9001, "executing_agent_id": "%s"}\
            """.formatted(agent)).is(201);
        var refused = acme.post("/v1/payment-orders/" + beyond.text("/id") + "/confirm")
                .problem(ProblemCode.LIMIT_EXCEEDED);
        assertThat(refused.text("/refusal/reason")).isEqualTo("per_payment");
        assertThat(refused.text("/refusal/allowed")).isEqualTo("9000");
        assertThat(acme.get("/v1/approvals?payment_order_id=" + beyond.text("/id"))
                        .body()
                        .path("data"))
                .isEmpty();
    }

    @Test
    void refunds_never_exceed_their_order() {
        var order = SERVER.one("""
            select o.id from app.payment_order o join app.organization t on t.id = o.organization_id
             where t.slug = 'acme' and not o.livemode and o.status = 'succeeded' and o.currency = 'EUR'
               and o.refunded = 0 limit 1
            """);
        var amount = acme.get("/v1/payment-orders/" + order)
                .body()
                .path("amount_minor")
                .asLong();
        var body = "{\"payment_order_id\": \"%s\", \"currency\": \"EUR\", \"amount_minor\": %d, \"reason\": \"other\"}";
        globex.post("/v1/refunds", body.formatted(order, 1)).problem(ProblemCode.INVALID_REFERENCE);
        acme.post("/v1/refunds", body.formatted(order, amount + 1)).problem(ProblemCode.LIMIT_EXCEEDED);
        var refund =
                acme.post("/v1/refunds", body.formatted(order, amount)).is(201).text("/id");
        acme.post("/v1/refunds", body.formatted(order, 1)).problem(ProblemCode.LIMIT_EXCEEDED);
        assertThat(acme.post("/v1/refunds/" + refund + "/cancel").is(200).text("/status"))
                .isEqualTo("canceled");
        acme.post("/v1/refunds/" + refund + "/cancel").problem(ProblemCode.INVALID_STATE);
    }

    // --- roles ---------------------------------------------------------------------------------------------------

    @Test
    void a_caller_who_sees_a_row_but_may_not_change_it_gets_403() {
        var customer = acme.get("/v1/customers?limit=1").text("/data/0/id");
        var viewer = SERVER.as("acme", "Viewer");
        viewer.get("/v1/customers/" + customer).is(200);
        viewer.patch("/v1/customers/" + customer, "{\"name\": \"X\"}").problem(ProblemCode.FORBIDDEN);
        viewer.post("/v1/customers", "{\"name\": \"X\"}").problem(ProblemCode.FORBIDDEN);
        var wallet = acme.get("/v1/wallets?limit=1").text("/data/0/id");
        SERVER.as("acme", "Member").post("/v1/wallets/" + wallet + "/freeze").problem(ProblemCode.FORBIDDEN);
        globex.patch("/v1/customers/" + customer, "{\"name\": \"X\"}").problem(ProblemCode.NOT_FOUND);
        globex.post("/v1/customers/" + customer + "/archive").problem(ProblemCode.NOT_FOUND);
    }

    @Test
    void an_organization_is_its_members_own() {
        var own = SERVER.one("select id from app.organization where slug = 'acme'");
        acme.get("/v1/organizations/" + own).is(200);
        assertThat(acme.patch("/v1/organizations/" + own, "{\"legal_name\": \"Acme Ltd\"}")
                        .is(200)
                        .text("/legal_name"))
                .isEqualTo("Acme Ltd");
        globex.get("/v1/organizations/" + own).problem(ProblemCode.NOT_FOUND);
        globex.patch("/v1/organizations/" + own, "{\"name\": \"X\"}").problem(ProblemCode.NOT_FOUND);
    }

    @Test
    void the_last_owner_stays() {
        var owner = SERVER.person("initech", "owner");
        var member = owner.get("/v1/memberships?role=owner").text("/data/0/user_id");
        owner.patch("/v1/memberships/" + member, "{\"role\": \"viewer\"}").problem(ProblemCode.LAST_OWNER);
        owner.with("Prefer", "tx=rollback").delete("/v1/memberships/" + member).problem(ProblemCode.LAST_OWNER);
        owner.delete("/v1/memberships/" + member).problem(ProblemCode.LAST_OWNER);
    }

    // --- secrets -------------------------------------------------------------------------------------------------

    @Test
    void a_new_key_works_until_it_is_revoked_and_is_shown_once() {
        var made =
                acme.with("Idempotency-Key", "key-1").post("/v1/api-keys", """
                    {"name": "Shop", "role": "viewer"}\
                    """).is(201);
        assertThat(made.text("/secret")).startsWith("hk_test_");
        var replay =
                acme.with("Idempotency-Key", "key-1").post("/v1/api-keys", """
                    {"name": "Shop", "role": "viewer"}\
                    """).is(201);
        assertThat(replay.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(replay.text("/id")).isEqualTo(made.text("/id"));
        assertThat(replay.text("/secret")).isNull();
        var shop = SERVER.with(made.text("/secret"));
        shop.get("/v1/customers?limit=1").is(200);
        acme.post("/v1/api-keys/" + made.text("/id") + "/revoke").is(200);
        shop.get("/v1/customers?limit=1").problem(ProblemCode.UNAUTHENTICATED);
        assertThat(acme.get("/v1/api-keys/" + made.text("/id")).response().body())
                .doesNotContain(made.text("/secret"));
        SERVER.restricted("api_keys:write")
                .post("/v1/api-keys", "{\"name\": \"Up\", \"role\": \"owner\"}")
                .problem(ProblemCode.FORBIDDEN);
        SERVER.as("acme", "Admin")
                .post("/v1/api-keys", "{\"name\": \"Up\", \"role\": \"owner\"}")
                .problem(ProblemCode.FORBIDDEN);
    }

    @Test
    void a_credential_is_encrypted_and_never_shown() throws Exception {
        var secret = "rk_test_" + UUID.randomUUID();
        var made = acme.post("/v1/provider-credentials", """
            {"provider": "stripe", "label": "Main", "secret": "%s"}\
            """.formatted(secret)).is(201);
        assertThat(made.response().body()).doesNotContain(secret);
        var row = "from app.provider_credential where id = '%s'".formatted(made.text("/id"));
        var ciphertext = HexFormat.of().parseHex(SERVER.one("select encode(ciphertext, 'hex') " + row));
        var nonce = HexFormat.of().parseHex(SERVER.one("select encode(nonce, 'hex') " + row));
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(HexFormat.of().parseHex(ApiServer.CREDENTIAL_KEY), "AES"),
                new GCMParameterSpec(128, nonce));
        var context = "select 'hedgerow-v1|provider_credential|' || organization_id || '|false|' || id ";
        cipher.updateAAD(SERVER.one(context + row).getBytes(StandardCharsets.UTF_8));
        assertThat(new String(cipher.doFinal(ciphertext), StandardCharsets.UTF_8))
                .isEqualTo(secret);
        assertThat(SERVER.one("select count(*) from app.audit_log where new_values::text like '%" + secret + "%'"))
                .isEqualTo("0");
        SERVER.as("acme", "Member")
                .get("/v1/provider-credentials/" + made.text("/id"))
                .problem(ProblemCode.NOT_FOUND);
    }

    @Test
    void a_disabled_webhook_endpoint_is_neither_tested_nor_recovered() {
        var path = "/v1/webhook-endpoints/"
                + acme.post("/v1/webhook-endpoints", """
                    {"url": "https://shop.example/hooks", "event_types": ["customer.*"]}
                    """).is(201).text("/id");
        var event = acme.post(path + "/test").is(200);
        assertThat(event.text("/payload/url")).isEqualTo("https://shop.example/hooks");
        assertThat(event.body().at("/payload").has("secret")).isFalse();
        SERVER.person("acme", "member").post(path + "/test").problem(ProblemCode.FORBIDDEN);
        acme.post(path + "/recover", "{\"since\": \"soon\"}").problem(ProblemCode.INVALID_BODY);
        acme.post(path + "/disable").is(200);
        acme.post(path + "/test").problem(ProblemCode.INVALID_STATE);
        acme.post(path + "/recover", "{\"since\": \"2026-01-05T09:00:00Z\"}").problem(ProblemCode.INVALID_STATE);
        SERVER.as("globex", "Owner").post(path + "/test").problem(ProblemCode.NOT_FOUND);
    }

    @Test
    void a_webhook_endpoint_shows_its_secret_once_and_can_be_removed() {
        var made = acme.post("/v1/webhook-endpoints", """
            {"url": "https://shop.example/hooks", "event_types": ["payment_order.*"]}\
            """).is(201);
        assertThat(made.text("/secret")).startsWith("whsec_");
        var path = "/v1/webhook-endpoints/" + made.text("/id");
        assertThat(acme.get(path).is(200).text("/secret")).isNull();
        globex.delete(path).problem(ProblemCode.NOT_FOUND);
        acme.delete(path).is(204);
        acme.get(path).problem(ProblemCode.NOT_FOUND);
    }

    // --- writing -------------------------------------------------------------------------------------------------

    @Test
    void a_repeated_request_happens_once() {
        var key = UUID.randomUUID().toString();
        var first = acme.with("Idempotency-Key", key)
                .post("/v1/payment-orders", EUR)
                .is(201);
        var second = acme.with("Idempotency-Key", key)
                .post("/v1/payment-orders", EUR)
                .is(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        acme.with("Idempotency-Key", key)
                .post("/v1/payment-orders", EUR.replace("4200", "4201"))
                .problem(ProblemCode.IDEMPOTENCY_MISMATCH);
        var theirs = globex.with("Idempotency-Key", key)
                .post("/v1/payment-orders", EUR)
                .is(201);
        assertThat(theirs.header("Idempotent-Replayed")).isNull();
        assertThat(theirs.text("/id")).isNotEqualTo(first.text("/id"));
        acme.with("Idempotency-Key", "k".repeat(256))
                .post("/v1/payment-orders", EUR)
                .problem(ProblemCode.INVALID_HEADER);
    }

    /// This holds even before a worker has removed it.
    @Test
    void an_answer_that_has_expired_is_not_given_again() {
        var once = acme.with("Idempotency-Key", "expired-1");
        var first = once.post("/v1/customers", "{\"name\": \"Old\"}").is(201);
        SERVER.run("""
            begin;
            select app.bind(organization_id, 'system:test', livemode) from app.idempotency_key where key = 'expired-1';
            update app.idempotency_key set created_at = now() - interval '2 days', expires_at = now() - interval '1 day'
             where key = 'expired-1';
            commit
            """);
        var second = once.post("/v1/customers", "{\"name\": \"New\"}").is(201);
        assertThat(second.header("Idempotent-Replayed")).isNull();
        assertThat(second.text("/id")).isNotEqualTo(first.text("/id"));
        var third = once.post("/v1/customers", "{\"name\": \"New\"}").is(201);
        assertThat(third.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(third.text("/id")).isEqualTo(second.text("/id"));
    }

    @Test
    void requests_at_the_same_time_with_one_key_make_one() throws Exception {
        var key = UUID.randomUUID().toString();
        Callable<ApiServer.Answer> request =
                () -> acme.with("Idempotency-Key", key).post("/v1/customers", "{\"name\": \"Once\"}");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(List.of(request, request, request, request, request, request))) {
                assertThat(answer.get().status()).isIn(201, 409);
            }
        }
        assertThat(SERVER.one("select count(*) from app.customer where name = 'Once'"))
                .isEqualTo("1");
    }

    @Test
    void a_dry_run_answers_and_leaves_nothing() {
        var tried = acme.with("Prefer", "tx=rollback")
                .post("/v1/customers", "{\"name\": \"Nobody\"}")
                .is(201);
        assertThat(tried.header("Preference-Applied")).isEqualTo("tx=rollback");
        acme.get("/v1/customers/" + tried.text("/id")).problem(ProblemCode.NOT_FOUND);
        assertThat(SERVER.one(
                        "select count(*) from app.outbox_event where subject_id = '%s'".formatted(tried.text("/id"))))
                .isEqualTo("0");
    }

    @Test
    void a_change_to_an_outdated_version_is_refused() {
        var made = acme.post("/v1/customers", "{\"name\": \"Ada\"}").is(201);
        var path = "/v1/customers/" + made.text("/id");
        var tag = made.header("ETag");
        acme.with("If-Match", tag).patch(path, "{\"name\": \"Bea\"}").is(200);
        acme.with("If-Match", tag).patch(path, "{\"name\": \"Cia\"}").problem(ProblemCode.PRECONDITION_FAILED);
        acme.with("If-Match", tag).post(path + "/archive").problem(ProblemCode.PRECONDITION_FAILED);
        globex.with("If-Match", tag).patch(path, "{\"name\": \"Cia\"}").problem(ProblemCode.NOT_FOUND);
        assertThat(acme.with("If-None-Match", "\"2\"").get(path).status()).isEqualTo(304);
        assertThat(globex.with("If-None-Match", "\"2\"").get(path).status()).isEqualTo(404);
    }

    // --- access --------------------------------------------------------------------------------------------------

    @Test
    void access_is_explained_to_admins_for_their_own_rows() {
        var order = acme.get("/v1/payment-orders?limit=1").text("/data/0/id");
        var ask = "{\"table\": \"payment_order\", \"id\": \"%s\"}";
        var answer = acme.post("/v1/access/explain", ask.formatted(order)).is(200);
        assertThat(answer.body()
                        .path("commands")
                        .valueStream()
                        .filter(c -> c.path("allowed").asBoolean())
                        .toList())
                .isNotEmpty();
        var foreign = globex.post("/v1/access/explain", ask.formatted(order)).problem(ProblemCode.NOT_FOUND);
        var absent = globex.post("/v1/access/explain", ask.formatted(UUID.randomUUID()))
                .problem(ProblemCode.NOT_FOUND);
        assertThat(foreign.text("/detail")).isEqualTo(absent.text("/detail"));
        SERVER.as("acme", "Member")
                .post("/v1/access/explain", ask.formatted(order))
                .problem(ProblemCode.FORBIDDEN);
        SERVER.restricted("payment_orders:read")
                .post("/v1/access/explain", ask.formatted(order))
                .problem(ProblemCode.INSUFFICIENT_SCOPE);
        assertThat(acme.get("/v1/audit-log?table_name=outbox_event&limit=1")
                        .response()
                        .body())
                .contains("access.explained");
        assertThat(acme.get("/v1/access/policies").is(200).body().path("data").size())
                .isGreaterThan(50);
    }
}
