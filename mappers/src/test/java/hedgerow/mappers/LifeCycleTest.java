package hedgerow.mappers;

import static hedgerow.mappers.idempotency.IdempotencyKeyMapper.Claim.CLAIMED;
import static hedgerow.mappers.idempotency.IdempotencyKeyMapper.Claim.IN_FLIGHT;
import static hedgerow.mappers.idempotency.IdempotencyKeyMapper.Claim.KNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import hedgerow.mappers.agent.AgentLimitMapper;
import hedgerow.mappers.agent.AgentLogMapper;
import hedgerow.mappers.agent.AgentMapper;
import hedgerow.mappers.agent.PromptTemplateMapper;
import hedgerow.mappers.chain.ChainTransactionMapper;
import hedgerow.mappers.chain.DepositMapper;
import hedgerow.mappers.customer.CustomerMapper;
import hedgerow.mappers.customer.CustomerPaymentMethodMapper;
import hedgerow.mappers.idempotency.IdempotencyKeyMapper;
import hedgerow.mappers.identity.AppUserMapper;
import hedgerow.mappers.identity.AuthSessionMapper;
import hedgerow.mappers.identity.UserIdentityMapper;
import hedgerow.mappers.identity.UserWalletMapper;
import hedgerow.mappers.ledger.LedgerAccountMapper;
import hedgerow.mappers.organization.ApiKeyMapper;
import hedgerow.mappers.organization.InvitationMapper;
import hedgerow.mappers.organization.MembershipMapper;
import hedgerow.mappers.organization.OrganizationMapper;
import hedgerow.mappers.payment.ApprovalMapper;
import hedgerow.mappers.payment.PaymentLinkMapper;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.payment.PaymentOrderMapper;
import hedgerow.mappers.payment.RefundMapper;
import hedgerow.mappers.product.PriceMapper;
import hedgerow.mappers.product.PriceTierMapper;
import hedgerow.mappers.product.ProductMapper;
import hedgerow.mappers.provider.ProviderCredentialMapper;
import hedgerow.mappers.provider.ProviderRequestMapper;
import hedgerow.mappers.reference.AssetMapper;
import hedgerow.mappers.reference.ChainMapper;
import hedgerow.mappers.reference.ProviderMapper;
import hedgerow.mappers.subscription.SubscriptionMapper;
import hedgerow.mappers.subscription.TestClockMapper;
import hedgerow.mappers.wallet.WalletMapper;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.webhook.WebhookDeliveryMapper;
import hedgerow.mappers.webhook.WebhookEndpointMapper;
import hedgerow.sql.HedgerowDatabase;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows are created and changed, and each statement returns the row it should. Nothing stays: every test is
/// a dry run.
class LifeCycleTest {

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    static final Demo DEMO = new Demo(DATABASE);

    private static final byte[] HASH = new byte[32];
    private static final byte[] NONCE = new byte[12];
    private static final byte[] CIPHERTEXT = new byte[48];
    private static final Instant LATER = Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MICROS);
    private static final String ADDRESS = "0x" + "ab".repeat(20);

    private static final Executed EXECUTED = new Executed();
    private static final Map<String, Database> DATABASES = new HashMap<>();

    private static TenantKey acme;
    private static UUID person;
    private static Database owner;

    @BeforeAll
    static void open() {
        acme = DEMO.tenant("acme");
        person = DEMO.user(acme, "owner");
        owner = as("owner");
        DEMO.strings("update app.auth_session set expires_at = now() + interval '1 day' returning 1");
    }

    private static Database as(String role) {
        return DATABASES.computeIfAbsent(role, key -> {
            var database = DEMO.as(acme, key);
            database.statements().addInterceptor(EXECUTED);
            return database;
        });
    }

    @AfterAll
    static void every_statement_that_writes_has_been_executed() {
        assertThat(Mapped.all(owner.statements())
                        .filter(Mapped::writes)
                        .filter(statement -> !statement.signsIn() && !statement.works())
                        .map(statement -> statement.statement().getId()))
                .isSubsetOf(EXECUTED.ids());
    }

    // --- organization --------------------------------------------------------------------------------------------

    @Test
    void an_organization_changes_and_is_suspended() {
        trying(on -> {
            var organizations = on.get(OrganizationMapper.class);
            var before = organizations.find(acme).orElseThrow();
            var change = new OrganizationMapper.Change("New", null, "FR", "USD", new Json("{\"theme\": \"dark\"}"));
            var changed = organizations.update(acme, before.version(), change).orElseThrow();
            assertThat(changed.name()).isEqualTo("New");
            assertThat(changed.legalName()).isNull();
            assertThat(changed.settings()).isEqualTo(change.settings());
            assertThat(organizations.update(acme, before.version(), change)).isEmpty();
            assertThat(organizations.setStatus(acme, before.version(), "suspended"))
                    .isEmpty();
            assertThat(organizations
                            .setStatus(acme, changed.version(), "suspended")
                            .orElseThrow()
                            .status())
                    .isEqualTo("suspended");
        });
    }

    @Test
    void a_member_gets_another_role_and_leaves() {
        trying(on -> {
            var members = on.get(MembershipMapper.class);
            var viewer = members.find(acme, DEMO.user(acme, "viewer")).orElseThrow();
            var change = new MembershipMapper.Change("member", null, "active", "Promoted", null);
            var changed = members.update(acme, viewer.userId(), viewer.version(), change)
                    .orElseThrow();
            assertThat(changed.role()).isEqualTo("member");
            assertThat(members.remove(acme, viewer.userId(), viewer.version())).isEmpty();
            assertThat(members.remove(acme, viewer.userId(), null)).contains(changed);
            assertThat(members.find(acme, viewer.userId())).isEmpty();
        });
    }

    @Test
    void a_guest_is_invited_and_the_invitation_is_taken_back() {
        trying(on -> {
            var invitations = on.get(InvitationMapper.class);
            var made = invitations.insert(acme, new InvitationMapper.New("new@acme.example", "viewer", HASH, LATER));
            assertThat(made.expiresAt()).isEqualTo(LATER);
            assertThat(made.invitedBy()).isEqualTo("user:" + person);
            invitations.send(
                    acme, new InvitationMapper.Mail(UUID.randomUUID(), made.id(), "key", new byte[12], new byte[40]));
            assertThat(invitations
                            .setStatus(acme, made.id(), made.version(), "revoked")
                            .orElseThrow()
                            .status())
                    .isEqualTo("revoked");
        });
    }

    @Test
    void a_key_is_made_renamed_and_revoked_once() {
        trying(on -> {
            var keys = on.get(ApiKeyMapper.class);
            var scopes = List.of("customers:read", "refunds:write");
            var made = keys.insert(
                    acme,
                    new ApiKeyMapper.New("CI", "restricted", "viewer", null, scopes, "hk_test_abcd", HASH, LATER));
            assertThat(made.scopes()).isEqualTo(scopes);
            assertThat(made.lastUsedAt()).isNull();
            var renamed = keys.update(acme, made.id(), made.version(), new ApiKeyMapper.Change("CI 2", null))
                    .orElseThrow();
            assertThat(renamed.expiresAt()).isNull();
            var revoked = keys.revoke(acme, made.id(), renamed.version()).orElseThrow();
            assertThat(keys.revoke(acme, made.id(), null).orElseThrow().revokedAt())
                    .isEqualTo(revoked.revokedAt());
        });
    }

    // --- identity ------------------------------------------------------------------------------------------------

    @Test
    void a_person_sees_and_names_themself_and_what_is_theirs() {
        trying(on -> {
            var people = on.get(AppUserMapper.class);
            var me = people.find(person).orElseThrow();
            var change = new AppUserMapper.Change("Me", "pt-BR", "Europe/Lisbon");
            assertThat(people.update(person, me.version(), change).orElseThrow().locale())
                    .isEqualTo("pt-BR");
            var identity = on.get(UserIdentityMapper.class).of(person).getFirst();
            assertThat(on.get(UserIdentityMapper.class).find(person, identity.id()))
                    .contains(identity);
            var wallets = on.get(UserWalletMapper.class);
            var wallet = wallets.of(person).getFirst();
            assertThat(wallets.find(person, wallet.id())).contains(wallet);
            assertThat(wallets.label(person, wallet.id(), wallet.version(), null)
                            .orElseThrow()
                            .label())
                    .isNull();
        });
    }

    @Test
    void a_person_ends_one_of_their_sessions() {
        trying(on -> {
            var sessions = on.get(AuthSessionMapper.class);
            var session = sessions.open(person).getFirst();
            assertThat(sessions.revoke(person, session.id()).orElseThrow().revokedAt())
                    .isNotNull();
            assertThat(sessions.open(person)).isEmpty();
            assertThat(sessions.revoke(person, session.id())).isEmpty();
        });
    }

    // --- customers and products ----------------------------------------------------------------------------------

    @Test
    void a_customer_is_archived_and_taken_back() {
        trying(on -> {
            var customers = on.get(CustomerMapper.class);
            var metadata = new Json("{\"a\": [1, \"ü\", null]}");
            var home = new Json("{\"city\": \"Berlin\", \"country\": \"DE\"}");
            var made = customers.insert(
                    acme,
                    new CustomerMapper.New("Zoë", "zoe@example.com", "+4930123", "DE", home, ADDRESS, "VIP", metadata));
            assertThat(made.metadata()).isEqualTo(metadata);
            assertThat(made.address()).isEqualTo(home);
            var archived =
                    customers.archive(acme, made.id(), made.version(), true).orElseThrow();
            assertThat(archived.archivedAt()).isNotNull();
            assertThat(customers.archive(acme, made.id(), made.version(), false))
                    .isEmpty();
            assertThat(customers
                            .archive(acme, made.id(), null, false)
                            .orElseThrow()
                            .archivedAt())
                    .isNull();
            var change = new CustomerMapper.Change("Zoé", null, null, null, null, null, null, Json.EMPTY);
            assertThat(customers
                            .update(acme, made.id(), made.version() + 2, change)
                            .orElseThrow()
                            .email())
                    .isNull();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"city\": \"Berlin\"}",
                "{\"country\": null}",
                "{\"country\": \"de\"}",
                "{\"country\": \"DE\", \"planet\": \"Earth\"}",
                "[\"DE\"]"
            })
    void an_address_has_its_own_fields_and_always_a_country(String address) {
        var created = new CustomerMapper.New("A", null, null, null, new Json(address), null, null, Json.EMPTY);
        assertRefused(
                "customer_address_check", on -> on.get(CustomerMapper.class).insert(acme, created));
    }

    /// Refused whoever inserts it: a card at a provider that accepts none, and a card that has expired.
    @ParameterizedTest
    @CsvSource({
        "card, sepa, 2090, customer_payment_method_kind_check",
        "card, evm, 2090, customer_payment_method_kind_check",
        "card, stripe, 2001, customer_payment_method_expires_year_check"
    })
    void a_payment_method_is_one_that_its_provider_takes(String kind, String provider, int year, String constraint) {
        assertRefused(
                constraint,
                on -> on.get(CustomerPaymentMethodMapper.class)
                        .insert(
                                acme,
                                new CustomerPaymentMethodMapper.New(
                                        customer(on), kind, provider, null, null, null, 12, year, null, null)));
    }

    private static void assertRefused(String constraint, Function<Mappers, ?> insert) {
        assertThatThrownBy(() -> owner.dryRun(insert::apply))
                .asInstanceOf(type(StatementFailure.class))
                .satisfies(failure -> assertThat(failure.constraint()).contains(constraint));
    }

    @Test
    void a_payment_method_is_added_and_detached() {
        trying(on -> {
            var methods = on.get(CustomerPaymentMethodMapper.class);
            var created = new CustomerPaymentMethodMapper.New(
                    customer(on), "wallet", "evm", null, null, null, null, null, "eip155:84532", ADDRESS);
            var made = methods.insert(acme, created);
            assertThat(made.walletAddress()).isEqualTo(ADDRESS);
            assertThat(methods.setStatus(acme, made.id(), null, "detached")
                            .orElseThrow()
                            .status())
                    .isEqualTo("detached");
        });
    }

    @Test
    void a_product_gets_a_tiered_price_with_its_steps() {
        trying(on -> {
            var product = on.get(ProductMapper.class)
                    .insert(acme, new ProductMapper.New("Paper", null, "https://example.com/p.png", Json.EMPTY));
            var off = new ProductMapper.Change("Paper", "A4", null, false, Json.EMPTY);
            assertThat(on.get(ProductMapper.class)
                            .update(acme, product.id(), product.version(), off)
                            .orElseThrow()
                            .active())
                    .isFalse();
            var prices = on.get(PriceMapper.class);
            var price = prices.insert(
                    acme,
                    new PriceMapper.New(product.id(), "tiered", "EUR", null, null, null, "month", 1, "graduated"));
            var steps = List.of(new PriceTierMapper.New(10L, 500, 100), new PriceTierMapper.New(null, 400, 0));
            var tiers = on.get(PriceTierMapper.class);
            assertThat(tiers.insertAll(acme, price.id(), steps)).hasSize(2);
            assertThat(tiers.ofPrices(acme, List.of(price.id())))
                    .extracting(tier -> tier.upTo())
                    .containsExactly(10L, null);
            assertThat(prices.setActive(acme, price.id(), price.version(), false)
                            .orElseThrow()
                            .active())
                    .isFalse();
        });
    }

    @Test
    void amounts_of_assets_have_78_digits() {
        trying(on -> {
            var most = BigInteger.TEN.pow(78).subtract(BigInteger.ONE);
            var product = first(on.get(ProductMapper.class), ProductMapper.Filter.ALL);
            var price = on.get(PriceMapper.class)
                    .insert(
                            acme,
                            new PriceMapper.New(
                                    product.id(), "one_off", null, null, "ETH.84532", most, null, null, null));
            assertThat(price.unitAmount()).isEqualTo(most);
        });
    }

    @Test
    void a_subscription_begins_changes_and_is_canceled() {
        trying(on -> {
            var subscriptions = on.get(SubscriptionMapper.class);
            var price = first(
                    on.get(PriceMapper.class), new PriceMapper.Filter(null, "recurring", null, null, CreatedAt.ANY));
            var made = subscriptions.insert(
                    acme, new SubscriptionMapper.New(customer(on), price.id(), null, 3, LATER, "Europe/Berlin", null));
            assertThat(made.status()).isEqualTo("incomplete");
            var begins = LATER.minusSeconds(60);
            var course = new SubscriptionMapper.Course("trialing", LATER, 0, begins, begins, LATER);
            assertThat(subscriptions.resume(acme, made.id(), null, course))
                    .as("not paused")
                    .isEmpty();
            var begun =
                    subscriptions.begin(acme, made.id(), made.version(), course).orElseThrow();
            assertThat(begun.status()).isEqualTo("trialing");
            assertThat(begun.periodEndsAt()).isEqualTo(LATER);
            assertThat(subscriptions.begin(acme, made.id(), null, course))
                    .as("begun already")
                    .isEmpty();
            var paused =
                    subscriptions.setStatus(acme, made.id(), null, "paused").orElseThrow();
            assertThat(subscriptions.setStatus(acme, made.id(), null, "paused")).isEmpty();
            var goesOn = new SubscriptionMapper.Course("active", LATER, 0, begins, begins, LATER);
            var resumed = subscriptions
                    .resume(acme, made.id(), paused.version(), goesOn)
                    .orElseThrow();
            assertThat(resumed.status()).isEqualTo("active");
            assertThat(resumed.periodEndsAt()).isEqualTo(LATER);
            var changed = subscriptions
                    .update(acme, made.id(), resumed.version(), new SubscriptionMapper.Change(null, 4, true, big(7)))
                    .orElseThrow();
            assertThat(changed.quantity()).isEqualTo(4);
            var canceled = subscriptions
                    .setStatus(acme, made.id(), changed.version(), "canceled")
                    .orElseThrow();
            assertThat(canceled.canceledAt()).isNotNull();
            assertThat(subscriptions.update(
                            acme, made.id(), canceled.version(), new SubscriptionMapper.Change(null, 5, false, big(0))))
                    .as("over")
                    .isEmpty();
        });
    }

    // --- payments ------------------------------------------------------------------------------------------------

    @Test
    void a_link_is_made_changed_and_disabled() {
        trying(on -> {
            var links = on.get(PaymentLinkMapper.class);
            var price = first(on.get(PriceMapper.class), PriceMapper.Filter.ALL);
            var agent = DEMO.agent(acme);
            var made = links.insert(
                    acme,
                    new PaymentLinkMapper.New("0123456789abcdef", price.id(), 1, agent, ADDRESS, "Donate", 10, LATER));
            assertThat(made.executingAgentId()).isEqualTo(agent);
            var changed = links.update(
                            acme, made.id(), made.version(), new PaymentLinkMapper.Change(null, null, 20, null))
                    .orElseThrow();
            assertThat(changed).returns(20, link -> link.maxUses()).returns(null, link -> link.expiresAt());
            assertThat(links.setStatus(acme, made.id(), null, "disabled")
                            .orElseThrow()
                            .status())
                    .isEqualTo("disabled");
        });
    }

    @Test
    void an_order_is_made_confirmed_and_canceled_by_no_move_but_those_that_there_are() {
        trying(on -> {
            var orders = on.get(PaymentOrderMapper.class);
            var made = order(on);
            assertThat(made.createdBy()).isEqualTo("user:" + person);
            var change = new PaymentOrderMapper.Change(null, "Changed", new Json("{\"n\": 1}"));
            var changed = orders.update(acme, made.id(), made.version(), change).orElseThrow();
            assertThat(changed.description()).isEqualTo("Changed");
            var confirmed = orders.setStatus(acme, made.id(), changed.version(), "requires_execution")
                    .orElseThrow();
            assertThat(orders.setStatus(acme, made.id(), changed.version(), "canceled"))
                    .isEmpty();
            assertThat(orders.setStatus(acme, made.id(), confirmed.version(), "canceled")
                            .orElseThrow()
                            .status())
                    .isEqualTo("canceled");
        });
        assertFails(
                "23514",
                () -> owner.dryRun(on -> {
                    var orders = on.get(PaymentOrderMapper.class);
                    var made = order(on);
                    orders.setStatus(acme, made.id(), null, "requires_execution");
                    return orders.setStatus(acme, made.id(), null, "requires_confirmation");
                }));
    }

    @Test
    void a_viewer_sees_an_order_and_moves_none() {
        var viewer = as("viewer");
        var waiting = owner.read(on -> first(on.get(PaymentOrderMapper.class), waiting()));
        var seen = viewer.read(on -> on.get(PaymentOrderMapper.class).find(acme, waiting.id()));
        assertThat(seen).contains(waiting);
        var moved =
                viewer.dryRun(on -> on.get(PaymentOrderMapper.class).setStatus(acme, waiting.id(), null, "canceled"));
        assertThat(moved).isEmpty();
    }

    @Test
    void an_agent_sees_only_the_orders_that_it_executes() {
        var orders = as("agent")
                .read(on ->
                        on.get(PaymentOrderMapper.class).page(acme, PaymentOrderMapper.Filter.ALL, Page.first(100)));
        assertThat(orders).isNotEmpty().allMatch(order -> DEMO.agent(acme).equals(order.executingAgentId()));
        var customers = as("agent")
                .read(on -> on.get(CustomerMapper.class).page(acme, CustomerMapper.Filter.ALL, Page.first(100)));
        assertThat(customers).isEmpty();
    }

    @Test
    void a_refund_is_asked_for_and_taken_back() {
        trying(on -> {
            var paid = first(
                    on.get(PaymentOrderMapper.class),
                    new PaymentOrderMapper.Filter(null, null, null, null, null, "succeeded", CreatedAt.ANY));
            var refunds = on.get(RefundMapper.class);
            var made =
                    refunds.insert(acme, new RefundMapper.New(paid.id(), "EUR", 1L, null, null, "duplicate", "Twice"));
            assertThat(on.get(PaymentOrderMapper.class)
                            .find(acme, paid.id())
                            .orElseThrow()
                            .refunded())
                    .isEqualTo(paid.refunded().add(BigInteger.ONE));
            assertThat(refunds.setStatus(acme, made.id(), made.version(), "canceled")
                            .orElseThrow()
                            .status())
                    .isEqualTo("canceled");
        });
    }

    @Test
    void an_approval_is_requested_and_decided_by_a_second_person() {
        var pending = owner.dryRun(on -> {
            var approvals = on.get(ApprovalMapper.class);
            var requested =
                    approvals.insert(acme, new ApprovalMapper.New(order(on).id(), null, "Large", LATER));
            assertThat(requested.requestedBy()).isEqualTo("user:" + person);
            assertThat(requested.initiators()).containsExactly("user:" + person);
            assertThat(approvals.decide(acme, requested.id(), null, "approved", null))
                    .as("not by an initiator")
                    .isEmpty();
            return first(approvals, new ApprovalMapper.Filter(null, null, "pending", CreatedAt.ANY), requested);
        });
        var decided = as("admin")
                .dryRun(on -> on.get(ApprovalMapper.class)
                        .decide(acme, pending.id(), pending.version(), "rejected", "No")
                        .orElseThrow());
        assertThat(decided.decidedBy()).isEqualTo("user:" + DEMO.user(acme, "admin"));
        assertThat(decided.decisionNote()).isEqualTo("No");
    }

    @Test
    void what_a_transaction_ends_with_a_membership_is_found() {
        trying(on -> {
            var keys = on.get(ApiKeyMapper.class);
            var invitations = on.get(InvitationMapper.class);
            var members = on.get(MembershipMapper.class);
            var admin = DEMO.user(acme, "admin");
            assertThat(keys.endedWith(acme, "user:" + admin)).isEmpty();
            members.remove(acme, admin, null).orElseThrow();
            assertThat(keys.endedWith(acme, "user:" + admin)).isEmpty();
            assertThat(invitations.endedWith(acme, "user:" + admin)).isEmpty();
            var member = members.find(acme, DEMO.user(acme, "member")).orElseThrow();
            var heir = new MembershipMapper.Change("owner", null, "active", "Heir", null);
            members.update(acme, member.id(), member.version(), heir).orElseThrow();
            members.remove(acme, person, null).orElseThrow();
            assertThat(keys.endedWith(acme, "user:" + person)).isNotEmpty();
            assertThat(invitations.endedWith(acme, "user:" + person)).hasSize(2);
        });
    }

    // --- agents, wallets, providers, books -----------------------------------------------------------------------

    @Test
    void a_wallet_is_made_with_its_key() {
        trying(on -> {
            var id = UUID.randomUUID();
            var made = on.get(WalletMapper.class)
                    .insertWithKey(
                            acme,
                            new WalletMapper.NewWithKey(
                                    id, "eip155:84532", ADDRESS, "Till", "key", new byte[12], new byte[48]));
            assertThat(made.id()).isEqualTo(id);
            assertThat(made.kind()).isEqualTo("server");
        });
    }

    @Test
    void a_payment_on_a_chain_is_asked_to_be_canceled_once() {
        trying(on -> {
            var payments = on.get(ChainTransactionMapper.class);
            var sent = payments.page(
                            acme, new ChainTransactionMapper.Filter(null, null, "signed", CreatedAt.ANY), Page.first(1))
                    .getFirst();
            var asked = payments.ask(acme, sent.id(), sent.version(), "cancel").orElseThrow();
            assertThat(asked.asked()).isEqualTo("cancel");
            assertThat(asked.askedBy()).isEqualTo("user:" + person);
            assertThat(payments.ask(acme, sent.id(), sent.version(), "cancel")).isEmpty();
            assertThat(payments.ask(acme, sent.id(), null, "paid")).isEmpty();
        });
    }

    @Test
    void a_request_to_a_provider_that_needs_a_review_is_decided_once() {
        trying(on -> {
            var requests = on.get(ProviderRequestMapper.class);
            var waiting = requests.page(
                            acme,
                            new ProviderRequestMapper.Filter(null, null, null, "needs_review", CreatedAt.ANY),
                            Page.first(1))
                    .getFirst();
            var asked = requests.ask(acme, waiting.id(), waiting.version(), "not_paid")
                    .orElseThrow();
            assertThat(asked.askedBy()).isEqualTo("user:" + person);
            assertThat(requests.ask(acme, waiting.id(), waiting.version(), "not_paid"))
                    .isEmpty();
        });
    }

    @Test
    void a_deposit_that_needs_a_review_is_decided_once() {
        trying(on -> {
            var deposits = on.get(DepositMapper.class);
            var waiting = deposits.page(
                            acme, new DepositMapper.Filter(null, null, "needs_review", CreatedAt.ANY), Page.first(1))
                    .getFirst();
            var kept = new DepositMapper.Decision("kept", null, "Nobody asks for it");
            var asked =
                    deposits.ask(acme, waiting.id(), waiting.version(), kept).orElseThrow();
            assertThat(asked.askedBy()).isEqualTo("user:" + person);
            assertThat(asked.note()).isEqualTo(kept.note());
            assertThat(deposits.ask(acme, waiting.id(), waiting.version(), kept))
                    .isEmpty();
        });
    }

    @Test
    void webhooks_of_a_provider_arrive_at_an_address_with_a_secret() {
        trying(on -> {
            var credentials = on.get(ProviderCredentialMapper.class);
            var made = credentials.insert(
                    acme,
                    new ProviderCredentialMapper.New(
                            UUID.randomUUID(), "stripe", "Hooks", "key", NONCE, CIPHERTEXT, "1234"));
            assertThat(credentials.openWebhook(acme, made.id(), made.version() + 1, HASH))
                    .isEmpty();
            assertThat(credentials.openWebhook(acme, made.id(), made.version(), HASH))
                    .isPresent();
            var secret = new ProviderCredentialMapper.Secret("key", NONCE, CIPHERTEXT);
            assertThat(credentials.keepWebhookSecret(acme, made.id(), null, secret))
                    .isPresent();
        });
    }

    @Test
    void a_test_clock_goes_forwards() {
        trying(on -> {
            var clocks = on.get(TestClockMapper.class);
            var made = clocks.insert(acme, new TestClockMapper.New("A year", LATER));
            var later = LATER.plus(Duration.ofDays(365));
            var advanced =
                    clocks.advance(acme, made.id(), made.version(), later).orElseThrow();
            assertThat(advanced.nowAt()).isEqualTo(later);
            assertThat(clocks.advance(acme, made.id(), made.version(), later)).isEmpty();
        });
    }

    @Test
    void an_agent_gets_instructions_by_number_and_writes_into_its_log() {
        trying(on -> {
            var templates = on.get(PromptTemplateMapper.class);
            var agent = on.get(AgentMapper.class)
                    .page(acme, AgentMapper.Filter.ALL, Page.first(1))
                    .getFirst();
            var first = templates.insert(acme, new PromptTemplateMapper.New(agent.id(), "thanks", "Say thanks."));
            var second = templates.insert(acme, new PromptTemplateMapper.New(agent.id(), "thanks", "Thank twice."));
            assertThat(List.of(first.number(), second.number())).containsExactly(1, 2);
        });
        var entry = as("agent")
                .dryRun(on -> on.get(AgentLogMapper.class)
                        .insert(acme, new AgentLogMapper.New(null, "decision", "It is due.", Json.EMPTY)));
        assertThat(entry.kind()).isEqualTo("decision");
    }

    @Test
    void an_agent_is_made_with_a_wallet_and_a_limit_and_started() {
        trying(on -> {
            var wallets = on.get(WalletMapper.class);
            var wallet = wallets.insert(acme, new WalletMapper.New("server", "eip155:84532", ADDRESS, "Till"));
            var renamed = wallets.update(acme, wallet.id(), wallet.version(), new WalletMapper.Change("Safe"))
                    .orElseThrow();
            assertThat(wallets.setStatus(acme, wallet.id(), renamed.version(), "frozen")
                            .orElseThrow()
                            .label())
                    .isEqualTo("Safe");

            var agents = on.get(AgentMapper.class);
            var capabilities = List.of("execute_payment", "read_products");
            var tools = new Json("[{\"name\": \"pay\"}]");
            var made = agents.insert(
                    acme,
                    new AgentMapper.New(
                            "Bot",
                            wallet.id(),
                            capabilities,
                            "example",
                            "m-1",
                            new BigDecimal("0.50"),
                            100,
                            "Pay.",
                            tools,
                            List.of("evm"),
                            List.of("eip155:84532")));
            assertThat(made.temperature()).isEqualByComparingTo("0.5");
            assertThat(made.capabilities()).isEqualTo(capabilities);
            var change = new AgentMapper.Change(
                    "Bot 2",
                    wallet.id(),
                    List.of(),
                    "example",
                    "m-2",
                    BigDecimal.ONE,
                    200,
                    "",
                    new Json("[]"),
                    List.of(),
                    List.of());
            var changed = agents.update(acme, made.id(), made.version(), change).orElseThrow();
            assertThat(agents.setStatus(acme, made.id(), changed.version(), "active")
                            .orElseThrow()
                            .modelName())
                    .isEqualTo("m-2");

            limit(on, made.id());
        });
    }

    private static void limit(Mappers on, UUID agent) {
        var limits = on.get(AgentLimitMapper.class);
        var limit = limits.insert(
                acme,
                new AgentLimitMapper.New(
                        agent,
                        "ETH.84532",
                        null,
                        big(10),
                        big(100),
                        "day",
                        big(5),
                        List.of(),
                        List.of(ADDRESS),
                        null,
                        null));
        assertThat(limit.spent()).isZero();
        assertThat(limit.left()).isEqualTo(big(100));
        var less = new AgentLimitMapper.Change(big(1), big(50), big(0), List.of("eip155:84532"), List.of(), null, true);
        assertThat(limits.update(acme, limit.id(), limit.version(), less)
                        .orElseThrow()
                        .allowedChains())
                .containsExactly("eip155:84532");
    }

    @Test
    void a_credential_is_written_relabelled_and_revoked() {
        trying(on -> {
            var credentials = on.get(ProviderCredentialMapper.class);
            var id = UUID.randomUUID();
            var made = credentials.insert(
                    acme, new ProviderCredentialMapper.New(id, "stripe", "Main", "k1", NONCE, CIPHERTEXT, "…4242"));
            assertThat(made.id()).isEqualTo(id);
            var renamed = credentials
                    .update(acme, id, made.version(), new ProviderCredentialMapper.Change("Old"))
                    .orElseThrow();
            assertThat(credentials
                            .setStatus(acme, id, renamed.version(), "revoked")
                            .orElseThrow()
                            .label())
                    .isEqualTo("Old");
        });
        var member = as("member");
        var seen = member.read(on ->
                on.get(ProviderCredentialMapper.class).page(acme, ProviderCredentialMapper.Filter.ALL, Page.first(10)));
        assertThat(seen).isEmpty();
    }

    @Test
    void an_endpoint_is_made_changed_gets_another_secret_and_goes() {
        trying(on -> {
            var endpoints = on.get(WebhookEndpointMapper.class);
            var id = UUID.randomUUID();
            var events = List.of("payment_order.succeeded");
            var made = endpoints.insert(
                    acme,
                    new WebhookEndpointMapper.New(
                            id, "https://acme.example/hook", null, events, "k1", NONCE, CIPHERTEXT));
            var change = new WebhookEndpointMapper.Change("https://acme.example/hook2", "Second", events);
            var changed = endpoints.update(acme, id, made.version(), change).orElseThrow();
            var secret = new WebhookEndpointMapper.Secret("k2", NONCE, CIPHERTEXT);
            var replaced =
                    endpoints.replaceSecret(acme, id, changed.version(), secret).orElseThrow();
            assertThat(replaced.secretKeyId()).isEqualTo("k2");
            assertThat(endpoints.setStatus(acme, id, null, "disabled")).isPresent();
            assertThat(endpoints.remove(acme, id, replaced.version())).isEmpty();
            assertThat(endpoints.remove(acme, id, null)).isPresent();
            assertThat(endpoints.find(acme, id)).isEmpty();
        });
    }

    @Test
    void an_account_is_opened_and_closed() {
        trying(on -> {
            var accounts = on.get(LedgerAccountMapper.class);
            var made = accounts.insert(acme, new LedgerAccountMapper.New("fees", "Fees", "expense", "EUR"));
            assertThat(accounts.update(acme, made.id(), made.version(), new LedgerAccountMapper.Change("Fees", false))
                            .orElseThrow()
                            .active())
                    .isFalse();
        });
    }

    @Test
    void what_is_shared_is_listed_and_found() {
        owner.read(on -> {
            var providers = on.get(ProviderMapper.class);
            assertThat(providers.all()).contains(providers.find("stripe").orElseThrow());
            var chains = on.get(ChainMapper.class);
            assertThat(chains.all()).contains(chains.find("eip155:1").orElseThrow());
            var assets = on.get(AssetMapper.class);
            assertThat(assets.all()).contains(assets.find("USDC.1").orElseThrow());
            return null;
        });
    }

    // --- events and idempotency ----------------------------------------------------------------------------------

    @Test
    void an_event_is_written_by_agents_too_who_cannot_read_it() {
        var type = "approval.created";
        var id = UUID.randomUUID();
        var created = new OutboxEventMapper.New(type, "approval", id, Json.EMPTY);
        for (String role : List.of("owner", "agent")) {
            as(role).dryRun(on -> {
                on.get(OutboxEventMapper.class).add(acme, created);
                var events = on.get(OutboxEventMapper.class)
                        .page(
                                acme,
                                new OutboxEventMapper.Filter(type, "approval", id, null, CreatedAt.ANY),
                                Page.first(1));
                return assertThat(events).hasSize(role.equals("owner") ? 1 : 0);
            });
        }
    }

    @Test
    void a_key_is_claimed_once_answered_once_and_found_again() {
        trying(on -> {
            var keys = on.get(IdempotencyKeyMapper.class);
            var created = new IdempotencyKeyMapper.New("k-1", "POST", "/v1/customers", HASH);
            assertThat(keys.claim(acme, created)).isEqualTo(CLAIMED);
            assertThat(keys.find(acme, "k-1").orElseThrow().responseStatus()).isNull();
            assertThat(keys.answer(acme, "k-1", 201, new Json("{\"id\": 1}"))).isEqualTo(1);
            assertThat(keys.answer(acme, "k-1", 500, Json.EMPTY)).isZero();
            assertThat(keys.claim(acme, created)).isEqualTo(KNOWN);
            assertThat(keys.find(acme, "k-1").orElseThrow())
                    .returns(201, key -> key.responseStatus())
                    .returns("{\"id\": 1}", key -> key.responseBody().text());
        });
    }

    @Test
    void a_key_that_has_expired_is_as_good_as_new() throws SQLException {
        var created = new IdempotencyKeyMapper.New("demo-1", "POST", "/v1/customers", HASH);
        var actor = DEMO.actor(acme, "owner");
        expire(actor, "now() + interval '1 hour'");
        assertThat(claim(owner, created)).isEqualTo(KNOWN);
        expire(actor, "now() - interval '1 second'");
        trying(on -> {
            var keys = on.get(IdempotencyKeyMapper.class);
            assertThat(keys.find(acme, "demo-1")).isEmpty();
            assertThat(keys.claim(acme, created)).isEqualTo(CLAIMED);
            assertThat(keys.find(acme, "demo-1").orElseThrow())
                    .returns("/v1/customers", key -> key.path())
                    .returns(HASH, key -> key.requestHash())
                    .returns(null, key -> key.responseStatus());
            assertThat(keys.answer(acme, "demo-1", 201, new Json("{\"id\": 2}")))
                    .isEqualTo(1);
            assertThat(keys.claim(acme, created)).isEqualTo(KNOWN);
        });
        var left = owner.read(on -> on.get(IdempotencyKeyMapper.class).find(acme, "demo-1"));
        assertThat(left).as("the dry run left the expired one").isEmpty();
    }

    private static void expire(String actor, String when) throws SQLException {
        try (var admin = DATABASE.admin();
                var statement = admin.createStatement()) {
            statement.execute("begin; select app.bind('%s', 'system:test', false); update app.idempotency_key"
                            .formatted(acme.organization())
                    + " set created_at = '2026-01-01', expires_at = %s where actor = '%s' and key = 'demo-1'; commit"
                            .formatted(when, actor));
        }
    }

    @Test
    void a_key_under_way_is_no_one_elses_until_it_ends_and_of_each_actor_its_own() {
        var created = new IdempotencyKeyMapper.New("k-2", "POST", "/v1/customers", HASH);
        trying(on -> {
            assertThat(on.get(IdempotencyKeyMapper.class).claim(acme, created)).isEqualTo(CLAIMED);
            assertThat(claim(owner, created)).isEqualTo(IN_FLIGHT);
            assertThat(claim(as("admin"), created)).isEqualTo(CLAIMED);
        });
        assertThat(claim(owner, created)).isEqualTo(CLAIMED);
    }

    private static IdempotencyKeyMapper.Claim claim(Database database, IdempotencyKeyMapper.New created) {
        return database.dryRun(on -> on.get(IdempotencyKeyMapper.class).claim(acme, created));
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    @Test
    void a_delivery_that_failed_is_sent_once_more() {
        trying(on -> {
            var deliveries = on.get(WebhookDeliveryMapper.class);
            var failed = first(deliveries, new WebhookDeliveryMapper.Filter(null, null, "failed", CreatedAt.ANY));
            assertThat(deliveries.retry(acme, failed.id(), failed.version() + 1))
                    .isEmpty();
            var retried = deliveries.retry(acme, failed.id(), failed.version()).orElseThrow();
            assertThat(retried.status()).isEqualTo("pending");
            assertThat(deliveries.retry(acme, failed.id(), null))
                    .as("it waits already")
                    .isEmpty();
        });
    }

    @Test
    void the_deliveries_of_an_endpoint_that_failed_since_a_time_are_sent_once_more() {
        trying(on -> {
            var deliveries = on.get(WebhookDeliveryMapper.class);
            var failed = first(deliveries, new WebhookDeliveryMapper.Filter(null, null, "failed", CreatedAt.ANY));
            var endpoint = failed.webhookEndpointId();
            assertThat(deliveries.recover(acme, endpoint, Instant.now().plusSeconds(60)))
                    .as("none is as young")
                    .isZero();
            assertThat(deliveries.recover(acme, UUID.randomUUID(), Instant.EPOCH))
                    .as("of no endpoint")
                    .isZero();
            assertThat(deliveries.recover(acme, endpoint, Instant.EPOCH)).isPositive();
            assertThat(deliveries.find(acme, failed.id()).orElseThrow().status())
                    .isEqualTo("pending");
            assertThat(deliveries.recover(acme, endpoint, Instant.EPOCH))
                    .as("none has failed any more")
                    .isZero();
        });
    }

    @Test
    void an_event_is_returned_to_whoever_may_read_it() {
        trying(on -> {
            var id = UUID.randomUUID();
            var created = new OutboxEventMapper.New("webhook_endpoint.test", "webhook_endpoint", id, Json.EMPTY);
            var event = on.get(OutboxEventMapper.class).insert(acme, created);
            assertThat(event.subjectId()).isEqualTo(id);
            assertThat(event.sequence()).isNull();
        });
    }

    private static void trying(Consumer<Mappers> work) {
        owner.dryRun(on -> {
            work.accept(on);
            return null;
        });
    }

    private static UUID customer(Mappers on) {
        return first(on.get(CustomerMapper.class), CustomerMapper.Filter.ALL).id();
    }

    private static PaymentOrder order(Mappers on) {
        return on.get(PaymentOrderMapper.class)
                .insert(
                        acme,
                        new PaymentOrderMapper.New(
                                customer(on),
                                null,
                                null,
                                null,
                                null,
                                null,
                                1,
                                "EUR",
                                1999L,
                                null,
                                null,
                                null,
                                "Order",
                                Json.EMPTY,
                                null,
                                null));
    }

    private static PaymentOrderMapper.Filter waiting() {
        return new PaymentOrderMapper.Filter(null, null, null, null, null, "requires_confirmation", CreatedAt.ANY);
    }

    private static <R extends Row, F> R first(ResourceMapper<R, F> mapper, F filter) {
        return mapper.page(acme, filter, Page.first(1)).getFirst();
    }

    /// The newest row other than `other`.
    private static <R extends Row, F> R first(ResourceMapper<R, F> mapper, F filter, R other) {
        return mapper.page(acme, filter, Page.first(2)).stream()
                .filter(row -> !row.id().equals(other.id()))
                .findFirst()
                .orElseThrow();
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }

    private static void assertFails(String sqlState, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(StatementFailure.class))
                .extracting(StatementFailure::sqlState)
                .isEqualTo(sqlState);
    }
}
