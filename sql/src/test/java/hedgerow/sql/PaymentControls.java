package hedgerow.sql;

import java.util.List;
import java.util.stream.Stream;

/// Every control of a payment, with a situation that it refuses and the mistake that would let it through.
final class PaymentControls {

    /// A control, and a situation that it refuses.
    ///
    /// @param rule the name of the constraint that refuses, which the API translates
    /// @param given the state of the order and the rows behind it, as SQL of the superuser
    /// @param move the statement that somebody then tries
    /// @param mistake a change of the database with which the move succeeds
    record Control(String title, String rule, String given, Move move, String mistake) {
        @Override
        public String toString() {
            return title;
        }
    }

    /// A statement that a role tries.
    ///
    /// @param role of the database, which tries it; or the agent
    record Move(String role, String sql) {}

    private static final Move BEGIN = worker("update app.payment_order set status = 'processing' where id = :order");
    private static final Move CONFIRM = new Move(
            "hedgerow_app",
            "update app.payment_order set status = 'requires_execution' where status = 'requires_confirmation'"
                    + " and description = 'draft'");
    private static final Move TRY = worker(
            "insert into app.payment_attempt (organization_id, livemode, payment_order_id, number, provider, agent_id,"
                    + " wallet_id) select o.organization_id, o.livemode, o.id, 1, 'evm', a.id, a.agent_wallet_id"
                    + " from app.payment_order o join app.agent a on a.id = o.executing_agent_id where o.id = :order");
    private static final Move SETTLE =
            worker("update app.payment_order set status = 'succeeded', succeeded_at = now() where id = :order");
    private static final Move GIVE_UP = worker("update app.payment_order set status = 'failed' where id = :order");
    private static final Move MAKE = new Move(
            "agent",
            "insert into app.payment_order (organization_id, livemode, executing_agent_id, currency, amount_minor,"
                    + " purchase_id, created_by) values (app.organization_id(), false, app.agent_id(), 'EUR', 1, 'p-1',"
                    + " app.actor())");
    private static final String UNDER_WAY = ":begin;";
    private static final String UNDER_REVIEW = " where status = 'needs_review' and organization_id ="
            + " app.organization_id() and livemode = app.livemode()";

    private PaymentControls() {}

    static List<Control> all() {
        return Stream.of(payers(), times(), approvals(), limits(), lists(), grants(), supported(), outcomes())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Control> payers() {
        return List.of(
                control(
                        "A paused agent pays nothing",
                        "payment_order_of_able_agent",
                        ":agent status = 'paused'",
                        BEGIN,
                        replaced("check_payer", "payer.status = 'active' and ", "")),
                control(
                        "A retired agent pays nothing",
                        "payment_order_of_able_agent",
                        ":agent status = 'retired'",
                        BEGIN,
                        replaced("check_payer", "payer.status = 'active' and ", "")),
                control(
                        "An agent without the capability execute_payment pays nothing",
                        "payment_order_of_able_agent",
                        ":agent capabilities = array['read_products']",
                        BEGIN,
                        replaced("check_payer", "'execute_payment' = any (payer.capabilities)", "true")),
                control(
                        "Nothing is paid from a frozen wallet",
                        "payment_order_from_open_wallet",
                        ":wallet status = 'frozen'",
                        BEGIN,
                        replaced("check_payer", "source.status is distinct from 'active'", "false")),
                control(
                        "Nothing is paid from a retired wallet",
                        "payment_order_from_open_wallet",
                        ":wallet status = 'retired'",
                        BEGIN,
                        replaced("check_payer", "source.status is distinct from 'active'", "false")),
                control(
                        "An asset is paid from a wallet on its own chain",
                        "payment_order_from_open_wallet",
                        ":coins; :wallet chain = 'eip155:11155111'",
                        BEGIN,
                        replaced("check_payer", "paid.asset is not null", "false")));
    }

    private static List<Control> times() {
        return List.of(
                control(
                        "An order is not executed after it expired",
                        "payment_order_in_time",
                        "update app.payment_order set expires_at = now() - interval '1 second' where id = :order",
                        BEGIN,
                        replaced("check_payment", "paid.expires_at <= moment", "false")),
                control(
                        "An order is not confirmed after it expired",
                        "payment_order_in_time",
                        ":draft; update app.payment_order set expires_at = now() - interval '1 second'"
                                + " where description = 'draft'",
                        CONFIRM,
                        replaced("check_payment", "paid.expires_at <= moment", "false")),
                control(
                        "A payment method that was detached is not charged",
                        "payment_order_by_open_method",
                        ":method detached",
                        BEGIN,
                        replaced("check_payment", "m.status <> 'active'", "false")),
                control(
                        "A payment method that expired is not charged",
                        "payment_order_by_open_method",
                        ":method expired",
                        BEGIN,
                        replaced("check_payment", "m.status <> 'active'", "false")),
                control(
                        "A suspended organization pays nothing",
                        "payment_order_of_active_tenant",
                        "update app.organization set status = 'suspended' where id = :tenant",
                        BEGIN,
                        replaced("check_payment", "o.status = 'active'", "true")));
    }

    private static List<Control> approvals() {
        return List.of(
                control(
                        "A payment above the limit for approval waits for one",
                        "payment_order_approved",
                        ":limit requires_approval_above = 50",
                        BEGIN,
                        replaced(
                                "check_payment",
                                "coalesce(paid.amount_minor, paid.amount) > bound.requires_approval_above",
                                "false")),
                control(
                        "An approval ends at its time",
                        "payment_order_approved",
                        ":approval; update app.approval set created_at = now() - interval '2 days', expires_at = now()"
                                + " - interval '1 second' where payment_order_id = :order",
                        BEGIN,
                        replaced("check_payment", " and a.expires_at > moment", "")),
                control(
                        "An approval that was asked for is waited for",
                        "payment_order_approved",
                        ":request",
                        BEGIN,
                        replaced("check_payment", "executed and exists", "false and exists")),
                control(
                        "An approval of another agent does not count",
                        "payment_order_approved",
                        ":approval; update app.approval set agent_id = null where payment_order_id = :order",
                        BEGIN,
                        replaced("check_payment", "a.agent_id is not distinct from paid.executing_agent_id", "true")));
    }

    private static List<Control> limits() {
        return List.of(
                control(
                        "A payment stays within the limit per payment",
                        "payment_order_within_limit",
                        ":limit per_payment = 99",
                        BEGIN,
                        held("coalesce(paid.amount_minor, paid.amount) > bound.per_payment", "false")),
                control(
                        "A draft above the limit per payment is not confirmed",
                        "payment_order_within_limit",
                        ":draft; :limit per_payment = 99",
                        CONFIRM,
                        held("coalesce(paid.amount_minor, paid.amount) > bound.per_payment", "false")),
                control(
                        "The payments of a period stay within the limit per period",
                        "payment_order_within_period",
                        ":limit spent = per_period - 99, period_started_at = date_trunc(period, now(), 'UTC')",
                        BEGIN,
                        replaced("count_payment", "raised > bound.per_period", "false")),
                control(
                        "A limit can be lowered below what was spent, and holds",
                        "payment_order_within_period",
                        ":limit spent = 5000, period_started_at = date_trunc(period, now(), 'UTC'); :limit per_period"
                                + " = 1000, per_payment = 1000",
                        BEGIN,
                        replaced("count_payment", "raised > bound.per_period", "false")),
                control(
                        "A period that began later than the clock goes on",
                        "payment_order_within_period",
                        ":limit spent = per_period, period_started_at = now() + interval '2 months'",
                        BEGIN,
                        replaced("count_payment", "greatest(bound.period_started_at, ", "(")));
    }

    private static List<Control> lists() {
        return List.of(
                control(
                        "A limit that is not active allows nothing",
                        "payment_order_within_limit",
                        ":limit active = false",
                        BEGIN,
                        mistaken("app.agent_limit_for", "AND l.active", "")),
                control(
                        "An agent without a limit in the currency pays nothing of it",
                        "payment_order_within_limit",
                        ":limit currency = 'USD'",
                        BEGIN,
                        replaced("limit_of", "bound.id is null", "false")),
                control(
                        "An agent pays only allowed recipients",
                        "payment_order_within_limit",
                        ":coins; :coinlimit allowed_recipients = array['0x00000000000000000000000000000000000000bb']",
                        BEGIN,
                        held("bound.allowed_recipients <> '{}'", "false")),
                control(
                        "An agent pays only on allowed chains",
                        "payment_order_within_limit",
                        ":coins; :coinlimit allowed_chains = array['eip155:11155111']",
                        BEGIN,
                        held("bound.allowed_chains <> '{}'", "false")));
    }

    private static List<Control> grants() {
        return List.of(
                control(
                        "A grant allows nothing before it begins",
                        "payment_order_within_limit",
                        ":grant starts_at = now() + interval '1 hour'",
                        BEGIN,
                        held("bound.starts_at > statement_timestamp()", "false")),
                control(
                        "A grant allows nothing after it ended",
                        "payment_order_within_limit",
                        ":grant ends_at = now() - interval '1 second'",
                        BEGIN,
                        held("bound.ends_at <= statement_timestamp()", "false")),
                control(
                        "A grant pays its amount once",
                        "payment_order_within_limit",
                        ":grant spent = 1",
                        BEGIN,
                        held("bound.ends_at is not null and", "false and") + ";"
                                + replaced("count_payment", "raised > bound.per_period", "false")),
                control(
                        "A grant pays only its recipient",
                        "payment_order_within_limit",
                        ":grant allowed_recipients = array['0x00000000000000000000000000000000000000bb']",
                        BEGIN,
                        held("bound.allowed_recipients <> '{}'", "false")));
    }

    private static List<Control> supported() {
        return List.of(
                control(
                        "An agent pays only on chains that it supports",
                        "payment_order_on_supported_chain",
                        ":coins; :agent supported_chains = array['eip155:8453']",
                        BEGIN,
                        replaced("check_payer", "payer.supported_chains <> '{}'", "false")),
                control(
                        "An agent is paid for only by providers that it supports",
                        "payment_order_by_supported_provider",
                        UNDER_WAY + ":agent supported_providers = array['stripe']",
                        TRY,
                        replaced("check_attempt", "a.supported_providers <> '{}'", "false")),
                control(
                        "An agent without the capability create_order makes no order",
                        "payment_order_by_able_maker",
                        ":agent capabilities = array['execute_payment']",
                        MAKE,
                        "drop trigger maker on app.payment_order"),
                control(
                        "An agent makes one order for each purchase",
                        "payment_order_purchase",
                        ":agent capabilities = array['create_order', 'execute_payment']; :purchase",
                        MAKE,
                        "drop index app.payment_order_purchase"));
    }

    private static List<Control> outcomes() {
        return List.of(
                control(
                        "Each further attempt passes the same controls",
                        "payment_order_from_open_wallet",
                        UNDER_WAY + ":wallet status = 'frozen'",
                        TRY,
                        replaced(
                                "check_attempt",
                                "perform app_private.check_payment(paid, false, true, false)",
                                "null")),
                control(
                        "An order is paid by an attempt, or not at all",
                        "payment_order_paid",
                        UNDER_WAY,
                        SETTLE,
                        "drop trigger outcome on app.payment_order"),
                control(
                        "An order has one attempt at a time",
                        "payment_attempt_one",
                        UNDER_WAY + ":try",
                        worker(TRY.sql().replace("o.id, 1,", "o.id, 2,")),
                        "drop index app.payment_attempt_one"),
                control(
                        "An order is not given up while an attempt may still pay",
                        "payment_order_attempt_stands",
                        UNDER_WAY + ":try",
                        GIVE_UP,
                        "drop trigger settlement on app.payment_order"),
                control(
                        "A deposit settles only the order that requested it",
                        "deposit_as_requested",
                        "",
                        worker("update app.deposit set status = 'settled', payment_order_id = :order"
                                + " where status = 'received' and organization_id = app.organization_id()"
                                + " and livemode = app.livemode()"),
                        "drop trigger settles on app.deposit"),
                control(
                        "A deposit that needs a review ends as a person decided",
                        "deposit_decided_by_person",
                        "",
                        worker("update app.deposit set status = 'kept', asked = 'kept', asked_by = 'user:x', note = 'x'"
                                + UNDER_REVIEW),
                        "drop trigger decision on app.deposit"),
                control(
                        "A person decides only for an order that the deposit fits",
                        "deposit_fits_order",
                        "",
                        new Move(
                                "hedgerow_app",
                                "update app.deposit set asked = 'paid', asked_by = app.actor(), asked_order_id ="
                                        + " :order, note = 'x'" + UNDER_REVIEW),
                        "drop trigger decision on app.deposit"));
    }

    private static Control control(String title, String rule, String given, Move move, String mistake) {
        return new Control(title, rule, given, move, mistake);
    }

    private static Move worker(String sql) {
        return new Move("hedgerow_worker", sql);
    }

    private static String held(String from, String to) {
        return mistaken("app.limit_refusal", from, to);
    }

    private static String replaced(String function, String from, String to) {
        return mistaken("app_private." + function, from, to);
    }

    /// Replaces a condition in a function.
    static String mistaken(String function, String from, String to) {
        return """
            do $do$
            declare
                source text := pg_get_functiondef('%1$s'::regproc);
            begin
                if position($from$%2$s$from$ in source) = 0 then
                    raise 'nothing to mistake in %1$s';
                end if;
                execute replace(source, $from$%2$s$from$, $to$%3$s$to$);
            end
            $do$\
            """.formatted(function, from, to);
    }
}
