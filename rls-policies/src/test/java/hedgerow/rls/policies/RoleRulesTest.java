package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.policies.Session.Outcome;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests what the matrix calls `some` and `own`: attempts of a role to become more, or to do what only
/// others may.
@Tag("isolation")
class RoleRulesTest {

    private static final String OWN_TENANT = "app.organization_id(), false";

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    final Demo demo = new Demo(DATABASE);

    // Membership is earned

    @ParameterizedTest
    @ValueSource(strings = {"admin", "member", "viewer", "agent"})
    void nobody_makes_themself_an_owner(String role) throws SQLException {
        assertNothing(demo.as(role, "update app.membership set role = 'owner' where user_id = app.user_id()"));
        assertNothing(demo.as(role, "update app.membership set role = 'owner'"));
    }

    @Test
    void an_admin_leaves_owners_alone() throws SQLException {
        assertNothing(demo.as("admin", "update app.membership set role = 'viewer' where role = 'owner'"));
        assertNothing(demo.as("admin", "delete from app.membership where role = 'owner'"));
        assertThat(demo.as("admin", "update app.membership set role = 'viewer' where role = 'member'")
                        .rows())
                .isPositive();
    }

    @Test
    void an_admin_makes_no_owner_by_key_or_invitation() throws SQLException {
        for (String role : new String[] {"owner", "viewer"}) {
            Outcome key = demo.as(
                    "admin",
                    "insert into app.api_key (organization_id, livemode, name, role, prefix, key_hash,"
                            + " created_by) values (" + OWN_TENANT + ", 'x', '" + role
                            + "', 'hk_test_abcd', sha256('x'), app.actor())");
            Outcome invitation = demo.as(
                    "admin",
                    "insert into app.invitation (organization_id, email, role, token_hash,"
                            + " invited_by, expires_at) values (app.organization_id(), 'x@y.z', '" + role
                            + "', sha256('y'), app.actor(), now() + interval '1 day')");
            assertThat(key.denied()).as(key.toString()).isEqualTo(role.equals("owner"));
            assertThat(invitation.denied()).as(invitation.toString()).isEqualTo(role.equals("owner"));
        }
    }

    @Test
    void anyone_leaves_but_not_for_another() throws SQLException {
        assertThat(demo.as("viewer", "delete from app.membership").rows()).isEqualTo(1);
        assertNothing(demo.as("viewer", "delete from app.membership where user_id <> app.user_id()"));
    }

    @Test
    void the_last_owner_stays() throws SQLException {
        for (String sql : new String[] {
            "delete from app.membership where user_id = app.user_id(); set constraints all immediate",
            "update app.membership set role = 'admin' where user_id = app.user_id(); set constraints all immediate"
        }) {
            assertThat(demo.as("owner", sql).sqlState()).isEqualTo("23514");
        }
        assertThat(demo.as(
                                "owner",
                                "update app.membership set role = 'owner' where role = 'member';delete from"
                                    + " app.membership where user_id = app.user_id(); set constraints all immediate")
                        .sqlState())
                .isEqualTo("00000");
    }

    @Test
    void an_invitation_is_accepted_by_its_token_alone() throws SQLException {
        Outcome accepted = demo.as("owner", "update app.invitation set status = 'accepted' where status = 'pending'");
        assertThat(accepted.sqlState()).isEqualTo("23514");
    }

    @Test
    void a_revoked_key_stays_revoked() throws SQLException {
        assertThat(demo.as("owner", "update app.api_key set revoked_at = null where revoked_at is not null")
                        .sqlState())
                .isEqualTo("23514");
    }

    // Nobody signs for another

    @Test
    void a_row_is_signed_by_its_maker() throws SQLException {
        String insert =
                "insert into app.payment_order (organization_id, livemode, currency, amount_minor, created_by) values ("
                        + OWN_TENANT + ", 'EUR', 100, %s)";
        assertThat(demo.as("member", insert.formatted("app.actor()")).sqlState())
                .isEqualTo("00000");
        assertThat(demo.as("member", insert.formatted("'user:somebody-else'")).denied())
                .isTrue();
    }

    @Test
    void an_idempotency_key_answers_its_actor_only() throws SQLException {
        assertThat(demo.as("owner", "select count(*) from app.idempotency_key").rows())
                .isEqualTo(5);
        assertThat(demo.as("admin", "select count(*) from app.idempotency_key").rows())
                .isZero();
    }

    // Agents

    @ParameterizedTest
    @ValueSource(
            strings = {
                "customer",
                "customer_payment_method",
                "product",
                "price",
                "subscription",
                "membership",
                "invitation",
                "refund",
                "ledger_entry",
                "ledger_account",
                "provider_transaction",
                "provider_event",
                "organization",
                "outbox_event",
                "webhook_endpoint",
                "webhook_delivery",
                "audit_log"
            })
    void an_agent_does_not_read(String table) throws SQLException {
        assertThat(demo.as("agent", "select count(*) from app." + table).rows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent where id <> app.agent_id()",
                "agent_limit where agent_id <> app.agent_id()",
                "agent_log where agent_id <> app.agent_id()",
                "payment_link where executing_agent_id is distinct from app.agent_id()",
                "payment_order where executing_agent_id is distinct from app.agent_id()",
                "payment_attempt where agent_id is distinct from app.agent_id()"
            })
    void an_agent_reads_only_its_own(String others) throws SQLException {
        assertThat(demo.as("agent", "select count(*) from app." + others).rows())
                .isZero();
        assertThat(demo.as("agent", "select count(*) from app." + others.split(" ")[0])
                        .rows())
                .isPositive();
    }

    @Test
    void an_agent_does_not_raise_its_limits_or_spend_them_itself() throws SQLException {
        for (String set :
                new String[] {"per_payment = 1", "per_period = 1", "spent = 0", "requires_approval_above = 1"}) {
            assertNothing(demo.as("agent", "update app.agent_limit set " + set));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update app.payment_order set status = 'processing' where status = 'requires_execution'",
                "update app.payment_order set status = 'requires_execution' where status = 'requires_approval'",
                "update app.payment_order set status = 'requires_execution' where status = 'processing'",
                "update app.payment_order set status = 'succeeded' where status = 'processing'",
                "update app.payment_order set status = 'canceled' where status = 'requires_execution'",
                "update app.payment_order set executing_agent_id = null",
                "update app.payment_attempt set status = 'failed', error_code = 'x' where status = 'submitted'",
                "update app.payment_attempt set transaction_hash = '0x' || repeat('ab', 32)",
                "insert into app.payment_attempt (organization_id, livemode, payment_order_id, number, provider,"
                        + " agent_id, wallet_id) select o.organization_id, o.livemode, o.id, 2, 'evm', a.id,"
                        + " a.agent_wallet_id from app.payment_order o join app.agent a on a.id = o.executing_agent_id"
                        + " where o.status = 'processing'"
            })
    void an_agent_requests_payments_but_neither_executes_nor_settles_them(String sql) throws SQLException {
        assertNothing(demo.as("agent", sql));
    }

    @ParameterizedTest
    @ValueSource(strings = {"owner", "admin", "member", "agent"})
    void only_the_worker_moves_an_order_that_is_under_way(String role) throws SQLException {
        for (String status : List.of("requires_execution", "succeeded", "failed", "canceled")) {
            assertNothing(demo.as(
                    role, "update app.payment_order set status = '%s' where status = 'processing'".formatted(status)));
        }
    }

    @Test
    void an_attempt_is_for_an_order_under_way_by_its_agent_and_from_its_wallet() throws SQLException {
        String given = demo.order("executing_agent_id is not null and status = 'requires_execution'");
        String start = "update app.payment_order set status = 'processing' where id = '%s';".formatted(given);
        String own = attempt(given, "a.id", "a.agent_wallet_id");
        String another = "(select id from app.wallet w where w.id <> a.agent_wallet_id limit 1)";
        assertThat(demo.as("worker", start + own).sqlState()).isEqualTo("00000");
        for (String sql : new String[] {own, start + attempt(given, "a.id", another)}) {
            assertThat(demo.as("worker", sql).message()).contains("an attempt needs an order under way");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"requires_execution", "failed"})
    void an_order_is_not_given_up_while_an_attempt_may_still_pay(String status) throws SQLException {
        String order = demo.order("status = 'processing'");
        String giveUp = "update app.payment_order set status = '%s' where id = '%s'".formatted(status, order);
        Outcome refused = demo.as("worker", giveUp);
        assertThat(refused.sqlState()).as(refused.toString()).isEqualTo("23514");
        assertThat(refused.message()).contains("has not failed");
        Outcome moved = demo.as(
                "worker",
                "update app.payment_attempt set status = 'failed', error_code = 'x' where payment_order_id = '%s';%s"
                        .formatted(order, giveUp));
        assertThat(moved.sqlState()).as(moved.toString()).isEqualTo("00000");
    }

    // Events

    @ParameterizedTest
    @CsvSource({
        "owner, agent.paused, true",
        "admin, approval.approved, true",
        "member, payment_order.canceled, true",
        "agent, approval.created, true",
        "member, agent.paused, false",
        "member, approval.approved, false",
        "viewer, customer.created, false",
        "agent, payment_order.canceled, false",
        "agent, payment_order.succeeded, false",
        "owner, payment_order.succeeded, false",
        "owner, payment_order.failed, false",
        "owner, refund.succeeded, false",
        "owner, provider_transaction.confirmed, false",
        "worker, payment_order.succeeded, true"
    })
    void an_event_is_written_by_whoever_causes_it(String role, String type, boolean allowed) throws SQLException {
        Outcome written = demo.as(role, Rows.event(demo.acme, type));
        assertThat(written.denied()).as(written.toString()).isNotEqualTo(allowed);
    }

    @Test
    void people_detach_a_payment_method_and_do_not_report_that_it_expired() throws SQLException {
        String update = "update app.customer_payment_method set status = '%s' where status = 'active'";
        assertThat(demo.as("member", update.formatted("detached")).rows()).isPositive();
        assertThat(demo.as("member", update.formatted("expired")).denied()).isTrue();
        assertThat(demo.as("worker", update.formatted("expired")).rows()).isPositive();
    }

    // Test and live data

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "owner | USDC.84532 | USDC.8453 | agent_limit (%s, agent_id, asset, per_payment, per_period, period,"
                        + " requires_approval_above, created_by) | id, '%s', 1, 1, 'day', 1, app.actor() from app.agent"
                        + " where name = 'Agent 3'",
                "owner | USDC.84532 | USDC.8453 | price (%s, product_id, kind, asset, unit_amount)"
                        + " | id, 'one_off', '%s', 1 from app.product limit 1",
                "owner | USDC.84532 | USDC.8453 | payment_order (%s, asset, amount, created_by)"
                        + " | '%s', 1, app.actor() from app.product limit 1",
                "worker | USDC.84532 | USDC.8453 | provider_transaction (%s, provider, external_id, asset, amount)"
                        + " | 'evm', 'x', '%s', 1 from app.product limit 1",
                "worker | USDC.84532 | USDC.8453 | ledger_account (%s, code, name, kind, unit)"
                        + " | 'x', 'x', 'asset', '%s' from app.product limit 1",
                "owner | eip155:84532 | eip155:8453 | wallet (%s, kind, chain, address, label, created_by)"
                        + " | 'eoa', '%s', rpad('0x', 42, 'ab'), 'x', app.actor() from app.product limit 1",
                "owner | eip155:84532 | eip155:8453 | customer_payment_method (%s, customer_id, kind, provider, chain,"
                        + " wallet_address) | id, 'wallet', 'evm', '%s', rpad('0x', 42, 'ab') from app.customer"
                        + " limit 1"
            })
    void test_data_never_refers_to_a_live_chain_or_asset(
            String role, String test, String live, String into, String values) throws SQLException {
        String insert = ("insert into app." + into + " select organization_id, livemode, " + values)
                .replaceFirst("%s", "organization_id, livemode");
        assertThat(demo.as(role, insert.formatted(test)).sqlState()).isEqualTo("00000");
        Outcome refused = demo.as(role, insert.formatted(live));
        assertThat(refused.sqlState()).as(refused.toString()).isEqualTo("23503");
    }

    @Test
    void live_data_never_refers_to_a_test_chain_asset_or_provider() throws SQLException {
        for (String sql : List.of(
                "payment_order (organization_id, livemode, asset, amount, created_by) values (%s, 'ETH.84532', 1,"
                        + " app.actor())",
                "wallet (organization_id, livemode, kind, chain, address, label, created_by) values (%s, 'eoa',"
                        + " 'eip155:31337', '0x' || repeat('ab', 20), 'x', app.actor())",
                "provider_credential (organization_id, livemode, provider, label, key_id, nonce, ciphertext, hint,"
                        + " created_by) values (%s, 'sandbox', 'x', 'x', decode(repeat('00', 12), 'hex'),"
                        + " decode(repeat('00', 17), 'hex'), 'x', app.actor())")) {
            for (boolean live : new boolean[] {false, true}) {
                try (Session session = Session.bound(demo.app, demo.acme, demo.rows.actor(demo.acme, "owner"), live)) {
                    Outcome inserted =
                            session.run("insert into app." + sql.formatted("app.organization_id(), app.livemode()"));
                    assertThat(inserted.sqlState()).as(inserted.toString()).isEqualTo(live ? "23503" : "00000");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "chain, eip155:84532, wallet",
        "chain, eip155:84532, payment_order",
        "asset, USDC.84532, payment_order",
        "provider, stripe, provider_credential"
    })
    void nothing_new_refers_to_shared_data_that_is_not_active(String shared, String code, String table)
            throws SQLException {
        String insert = switch (table) {
            case "wallet" ->
                "insert into app.wallet (organization_id, livemode, kind, chain, address, label, created_by)"
                        + " values (%s, 'eoa', 'eip155:84532', rpad('0x', 42, 'ab'), 'x', app.actor())";
            case "payment_order" ->
                "insert into app.payment_order (organization_id, livemode, asset, amount, created_by)"
                        + " values (%s, 'USDC.84532', 1, app.actor())";
            default ->
                "insert into app.provider_credential (organization_id, livemode, provider, label, key_id, nonce,"
                        + " ciphertext, hint, created_by) values (%s, 'stripe', 'x', 'x',"
                        + " decode(repeat('00', 12), 'hex'), decode(repeat('00', 17), 'hex'), 'x', app.actor())";
        };
        assertThat(demo.as("owner", insert.formatted(OWN_TENANT)).sqlState()).isEqualTo("00000");
        String active = "update app.%s set active = %s where code = '%s'";
        demo.rows.execute(active.formatted(shared, false, code));
        try {
            Outcome refused = demo.as("owner", insert.formatted(OWN_TENANT));
            assertThat(refused.sqlState()).as(refused.toString()).isEqualTo("23514");
            assertThat(refused.message()).contains(" is not active");
            assertThat(demo.as("owner", "update app.wallet set label = 'still mine'")
                            .rows())
                    .isPositive();
        } finally {
            demo.rows.execute(active.formatted(shared, true, code));
        }
    }

    @Test
    void an_agent_writes_about_its_own_orders_and_learns_of_no_other() throws SQLException {
        String entry =
                "insert into app.agent_log (organization_id, livemode, agent_id, payment_order_id, kind, message)"
                        + " values (" + OWN_TENANT + ", app.agent_id(), '%s', 'decision', 'x')";
        String own = demo.order("executing_agent_id is not null");
        String another = demo.order("executing_agent_id is null");
        assertThat(demo.as("agent", entry.formatted(own)).sqlState()).isEqualTo("00000");
        Outcome ofAnother = demo.as("agent", entry.formatted(another));
        Outcome ofNothing = demo.as("agent", entry.formatted(UUID.randomUUID()));
        assertThat(ofAnother).isEqualTo(ofNothing);
        assertThat(ofAnother.sqlState()).isEqualTo("23503");
    }

    // Attempts

    @Test
    void nobody_tries_an_order_in_the_name_of_an_agent_that_it_was_not_given_to() throws SQLException {
        String order = demo.order("executing_agent_id is null and status = 'processing' and id not in (select"
                + " p.payment_order_id from app.payment_attempt p join app.chain_transaction c"
                + " on c.payment_attempt_id = p.id)");
        String fail =
                "update app.payment_attempt set status = 'failed', error_code = 'x' where payment_order_id = '%s';"
                        .formatted(order);
        assertThat(demo.as("worker", fail + attempt(order, "null", "null")).sqlState())
                .isEqualTo("00000");
        assertThat(demo.as("worker", fail + attempt(order, "a.id", "a.agent_wallet_id"))
                        .message())
                .contains("an attempt needs an order under way");
    }

    private static String attempt(String order, String agent, String wallet) {
        return "insert into app.payment_attempt (organization_id, livemode, payment_order_id, number, provider,"
                + " agent_id,"
                + " wallet_id) select %s, '%s', 2, 'evm', %s, %s from app.agent a where a.status = 'active'"
                        .formatted(OWN_TENANT, order, agent, wallet);
    }

    @ParameterizedTest
    @CsvSource({
        "allowed_recipients, 0x00000000000000000000000000000000000000aa, true",
        "allowed_recipients, 0x00000000000000000000000000000000000000bb, false",
        "allowed_chains, eip155:84532, true",
        "allowed_chains, eip155:11155111, false"
    })
    void an_agent_pays_only_whom_and_where_it_may(String list, String only, boolean allowed) throws SQLException {
        String limit =
                "insert into app.agent_limit (organization_id, livemode, agent_id, asset, per_payment, per_period,"
                        + " period, requires_approval_above, created_by, " + list
                        + ") select organization_id, livemode, id,"
                        + " 'USDC.84532', 100, 100, 'day', 100, app.actor(), array['" + only + "'] from app.agent"
                        + " where status = 'active'";
        String order = "insert into app.payment_order (organization_id, livemode, executing_agent_id, asset, amount,"
                + " recipient_address, created_by) select organization_id, livemode, id, 'USDC.84532', 7,"
                + " '0x00000000000000000000000000000000000000aa', app.actor() from app.agent where status = 'active'";
        String execute = "update app.payment_order set status = 'requires_execution' where amount = 7";
        Outcome moved = demo.as("owner", String.join(";", limit, order, execute));
        assertThat(moved.sqlState()).as(moved.toString()).isEqualTo(allowed ? "00000" : "23514");
    }

    // A tenant that is suspended

    @Test
    void in_a_suspended_tenant_no_program_acts_people_read_and_an_owner_lifts_it() throws SQLException {
        String lift = "update app.organization set status = 'active'";
        String write = "insert into app.product (organization_id, livemode, name) values (" + OWN_TENANT + ", 'x')";
        try (Session session = demo.as("owner")) {
            session.keep("update app.organization set status = 'suspended'");
            session.bind(demo.acme, demo.rows.actor(demo.acme, "member"), false);
            assertThat(session.run(write).denied()).isTrue();
            assertThat(session.run("select count(*) from app.product").rows()).isPositive();
            assertThat(session.run(lift).rows()).isZero();
            for (String program : List.of(demo.rows.key(demo.acme, "owner"), demo.rows.actor(demo.acme, "agent"))) {
                assertThat(session.run("select app.bind('%s', '%s', false)".formatted(demo.acme.id(), program))
                                .sqlState())
                        .isEqualTo("28000");
            }
            session.bind(demo.acme, demo.rows.actor(demo.acme, "owner"), false);
            assertThat(session.run(lift).rows()).isEqualTo(1);
        }
    }

    // Approvals

    @Test
    void the_requester_does_not_decide() throws SQLException {
        try (Session session = demo.as("owner")) {
            session.keep("insert into app.approval (organization_id, livemode, payment_order_id, reason, requested_by,"
                    + " expires_at) select organization_id, livemode, id, 'x', app.actor(), now() + interval '1 day'"
                    + " from app.payment_order where status = 'requires_execution' limit 1");
            assertNothing(session.run("update app.approval set status = 'approved', decided_by = app.actor(),"
                    + " decided_at = now() where requested_by = app.actor()"));
        }
    }

    @Test
    void a_decision_is_signed_by_a_person_who_is_owner_or_admin() throws SQLException {
        String decide = "update app.approval set status = 'approved', decided_by = %s, decided_at = now()"
                + " where status = 'pending'";
        assertThat(demo.as("admin", decide.formatted("app.actor()")).rows()).isPositive();
        assertThat(demo.as("admin", decide.formatted("'user:somebody-else'")).denied())
                .isTrue();
        for (String role : new String[] {"member", "viewer", "agent", "worker"}) {
            assertNothing(demo.as(role, decide.formatted("app.actor()")));
        }
        try (Session session = Session.bound(demo.app, demo.acme, demo.rows.key(demo.acme, "owner"), false)) {
            assertNothing(session.run(decide.formatted("app.actor()")));
        }
    }

    @Test
    void an_order_that_needs_approval_waits_for_it() throws SQLException {
        String go = "update app.payment_order set status = 'requires_execution' where status = 'requires_approval'";
        assertThat(demo.as("owner", go).sqlState()).isEqualTo("23514");
        assertThat(demo.as(
                                "admin",
                                "update app.approval set status = 'approved', decided_by = app.actor(),"
                                        + " decided_at = now() where status = 'pending'; " + go)
                        .sqlState())
                .isEqualTo("00000");
    }

    @ParameterizedTest
    @ValueSource(longs = {3999, 4000, 4001, 10000, 10001})
    void an_agent_executes_within_its_limits_and_above_them_only_with_approval(long amount) throws SQLException {
        Outcome moved = demo.as(
                "member",
                "insert into app.payment_order (organization_id, livemode, executing_agent_id,"
                        + " currency, amount_minor, created_by) select organization_id, livemode, agent_id, currency, "
                        + amount
                        + ", app.actor() from app.agent_limit where agent_id in (select id from app.agent"
                        + " where status = 'active');"
                        + "update app.payment_order set status = 'requires_execution'"
                        + " where status = 'requires_confirmation' and amount_minor = " + amount
                        + " and created_at = now()");
        assertThat(moved.sqlState()).as(moved.toString()).isEqualTo(amount <= 4000 ? "00000" : "23514");
    }

    @Test
    void an_approved_order_does_not_go_to_another_agent() throws SQLException {
        Outcome moved = demo.as(
                "owner",
                "update app.agent set status = 'active' where name = 'Agent 2';update app.payment_order o set"
                        + " executing_agent_id = (select a.id from app.agent a where a.name = 'Agent 2') where status ="
                        + " 'requires_execution' and amount_minor > 4000 and executing_agent_id is not null");
        assertThat(moved.message()).contains("has not been approved");
    }

    // Money

    @Test
    void refunds_never_exceed_their_order() throws SQLException {
        String refund =
                "insert into app.refund (organization_id, livemode, payment_order_id, currency, amount_minor, reason,"
                        + " created_by) select organization_id, livemode, id, currency, %s, 'other', app.actor()"
                        + " from app.payment_order where status = 'succeeded' and refunded = 0 order by id limit 1";
        assertThat(demo.as("member", refund.formatted("amount_minor")).sqlState())
                .isEqualTo("00000");
        assertThat(demo.as("member", refund.formatted("amount_minor + 1")).sqlState())
                .isEqualTo("23514");
        assertNothing(demo.as("member", "update app.payment_order set refunded = 0 where refunded > 0"));
    }

    @Test
    void books_that_do_not_balance_are_not_written() throws SQLException {
        String entry =
                "insert into app.ledger_entry (organization_id, livemode, transaction_id, account_id, unit, amount,"
                        + " description) select organization_id, livemode, %s, id, unit, %s, 'x'"
                        + " from app.ledger_account where unit = 'EUR' order by code; set constraints all immediate";
        assertThat(demo.as(
                                "worker",
                                entry.formatted("uuid_nil", "case code when 'cash' then 5 else -5 end")
                                        .replace("uuid_nil", "'00000000-0000-0000-0000-000000000001'::uuid"))
                        .sqlState())
                .isEqualTo("00000");
        assertThat(demo.as("worker", entry.formatted("'00000000-0000-0000-0000-000000000001'::uuid", "5"))
                        .sqlState())
                .isEqualTo("23514");
        assertThat(demo.as("member", entry.formatted("'00000000-0000-0000-0000-000000000001'::uuid", "5"))
                        .denied())
                .isTrue();
    }

    @Test
    void only_the_move_of_an_order_counts_against_a_limit() throws SQLException {
        for (String role : List.of("owner", "worker")) {
            assertThat(demo.as(role, "update app.agent_limit set spent = 0").denied())
                    .isTrue();
        }
    }

    @Test
    void states_move_only_as_they_may() throws SQLException {
        assertThat(demo.as("worker", "update app.payment_order set status = 'processing' where status = 'succeeded'")
                        .sqlState())
                .isEqualTo("23514");
        assertNothing(demo.as("owner", "update app.payment_order set status = 'canceled' where status = 'succeeded'"));
    }

    // People

    @Test
    void a_person_sees_themself_only() throws SQLException {
        for (String table : new String[] {"app_user", "user_identity", "user_wallet", "auth_session"}) {
            assertThat(demo.as("owner", "select count(*) from app." + table).rows())
                    .as(table)
                    .isEqualTo(1);
            assertThat(demo.as("agent", "select count(*) from app." + table).rows())
                    .as(table)
                    .isZero();
        }
        assertThat(demo.as("owner", "select token_hash from app.auth_session").denied())
                .isTrue();
        assertThat(demo.as("owner", "select * from app.auth_nonce").denied()).isTrue();
    }

    private static void assertNothing(Outcome outcome) {
        assertThat(outcome.rows() == 0
                        && (outcome.denied() || outcome.sqlState().equals("00000")))
                .as(outcome.toString())
                .isTrue();
    }
}
