package hedgerow.rls.policies;

import java.util.List;
import java.util.stream.Stream;

/// A mistake that a person could make in a policy, a role or a function, as the SQL that makes it.
///
/// @param operator the kind of mistake
/// @param undo reverts what outlives the database: roles belong to the whole server
record Mutant(String operator, String target, String sql, String undo) {

    private static final String FENCE =
            "(organization_id = (select app.organization_id())" + " and livemode = (select app.livemode()))";

    @Override
    public String toString() {
        return operator + ": " + target;
    }

    /// Every mutant, from a fixed list of operators.
    static List<Mutant> all() {
        return Stream.of(tables(), fences(), policies(), roles(), grants(), functions(), keys(), relations())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> tables() {
        return List.of(
                of("disable row security", "customer", "alter table app.customer disable row level security"),
                of("disable row security", "ledger_entry", "alter table app.ledger_entry disable row level security"),
                of("drop FORCE", "payment_order", "alter table app.payment_order no force row level security"),
                of("give the table to the application", "product", "alter table app.product owner to hedgerow_app"),
                of("drop the audit trigger", "refund", "drop trigger audit on app.refund"),
                of(
                        "add a table without a fence",
                        "coupon",
                        "create table app.coupon (organization_id uuid not null, id uuid primary key);"
                                + "grant select on app.coupon to hedgerow_app"));
    }

    private static List<Mutant> fences() {
        return List.of(
                of("drop the fence", "customer", "drop policy fence on app.customer"),
                of("drop the fence", "api_key", "drop policy fence on app.api_key"),
                of("drop the fence", "webhook_delivery", "drop policy fence on app.webhook_delivery"),
                of("drop the fence", "audit_log", "drop policy fence on app.audit_log"),
                fence("make the fence permissive", "payment_link", "permissive", "public", FENCE, FENCE),
                fence("fence one role only", "provider_event", "restrictive", "hedgerow_app", FENCE, FENCE),
                fence("fence nothing on writes", "customer", "restrictive", "public", FENCE, "(true)"),
                fence("fence nothing on reads", "price", "restrictive", "public", "(true)", FENCE),
                fence(
                        "forget the mode",
                        "payment_order",
                        "restrictive",
                        "public",
                        "(organization_id = (select app.organization_id()))",
                        "(organization_id = (select app.organization_id()))"),
                fence(
                        "forget the tenant",
                        "subscription",
                        "restrictive",
                        "public",
                        "(livemode = (select app.livemode()))",
                        "(livemode = (select app.livemode()))"),
                fence(
                        "open the fence to a session without a tenant",
                        "wallet",
                        "restrictive",
                        "public",
                        "(coalesce((select app.organization_id()), organization_id) = organization_id)",
                        FENCE),
                fence(
                        "compare a column with itself",
                        "product",
                        "restrictive",
                        "public",
                        "(organization_id = organization_id and livemode = (select app.livemode()))",
                        FENCE),
                of(
                        "fence SELECT only",
                        "outbox_event",
                        "drop policy fence on app.outbox_event; create policy fence on app.outbox_event as restrictive"
                                + " for select to public using " + FENCE));
    }

    private static List<Mutant> policies() {
        return List.of(
                of(
                        "add a permissive policy",
                        "api_key",
                        "create policy extra on app.api_key for all to public using (true) with check (true)"),
                of(
                        "add a permissive policy",
                        "provider_credential",
                        "create policy extra on app.provider_credential for delete to hedgerow_app using (true);"
                                + "grant delete on app.provider_credential to hedgerow_app"),
                of(
                        "add a permissive policy",
                        "membership",
                        "create policy extra on app.membership for update to hedgerow_app using (true) with check"
                                + " (true)"),
                of(
                        "widen a policy to every role",
                        "customer",
                        "create policy extra on app.customer for insert to hedgerow_app with check (true)"),
                of(
                        "compare actors instead of persons",
                        "approval",
                        "drop policy bosses_decide on app.approval; create policy bosses_decide on app.approval for"
                                + " update to hedgerow_app using (status = 'pending' and requested_by <> (select"
                                + " app.actor())) with check (decided_by = (select app.actor()));"
                                + "alter table app.approval drop constraint approval_second_person"),
                of(
                        "let an agent end attempts",
                        "payment_attempt",
                        "create policy extra on app.payment_attempt for update to hedgerow_app"
                                + " using ((select app.role()) = 'agent' and agent_id = (select app.agent_id()));"
                                + "grant update (status, error_code) on app.payment_attempt to hedgerow_app"),
                of(
                        "let an agent move orders",
                        "payment_order",
                        "create policy extra on app.payment_order for update to hedgerow_app using"
                                + " ((select app.role()) = 'agent' and executing_agent_id = (select app.agent_id()))"),
                of(
                        "let anyone write any event",
                        "outbox_event",
                        "create policy extra on app.outbox_event for insert to hedgerow_app with check"
                                + " ((select app.role() in ('owner', 'admin', 'member', 'agent')))"),
                of(
                        "let the worker read what it has no use for",
                        "api_key",
                        "grant select on app.api_key to hedgerow_worker;"
                                + "create policy extra on app.api_key for select to hedgerow_worker using (true)"));
    }

    private static List<Mutant> roles() {
        return List.of(
                role("BYPASSRLS", "hedgerow_app", "bypassrls"),
                role("BYPASSRLS", "hedgerow_worker", "bypassrls"),
                role("BYPASSRLS", "hedgerow_auth", "bypassrls"),
                role("SUPERUSER", "hedgerow_app", "superuser"),
                role("CREATEROLE", "hedgerow_app", "createrole"),
                member("hedgerow_owner", "hedgerow_app"),
                member("hedgerow_worker", "hedgerow_app"),
                member("hedgerow_auth", "hedgerow_worker"));
    }

    private static List<Mutant> grants() {
        return List.of(
                of("grant TRUNCATE", "customer", "grant truncate on app.customer to hedgerow_app"),
                of("grant REFERENCES", "customer", "grant references on app.customer to hedgerow_app"),
                of("grant TRIGGER", "payment_order", "grant trigger on app.payment_order to hedgerow_worker"),
                of("grant a secret", "api_key", "grant select on app.api_key to hedgerow_app"),
                of(
                        "grant the keys",
                        "seal_key",
                        "grant select on app_private.seal_key to hedgerow_app;grant usage on schema app_private to"
                                + " hedgerow_app;create policy extra on app_private.seal_key for select to hedgerow_app"
                                + " using (true)"),
                of(
                        "grant the turns",
                        "turn",
                        "grant select on app_private.turn to hedgerow_worker;create policy extra on app_private.turn"
                                + " for select to hedgerow_worker using (true)"),
                of(
                        "let the application wake the worker for any tenant",
                        "wake",
                        "grant insert on app_private.wake to hedgerow_app;create policy extra on app_private.wake"
                                + " for insert to hedgerow_app with check (true)"),
                of(
                        "grant set_config()",
                        "hedgerow_app",
                        "grant execute on function pg_catalog.set_config(text, text, boolean) to hedgerow_app"),
                of(
                        "grant TEMP",
                        "hedgerow_app",
                        "do $$ begin execute format("
                                + "'grant temporary on database %I to hedgerow_app', current_database()); end $$"),
                of("grant CREATE", "schema app", "grant create on schema app to hedgerow_app"),
                of("grant to PUBLIC", "customer", "grant select on app.customer to public"));
    }

    private static List<Mutant> functions() {
        return List.of(
                of("make an accessor IMMUTABLE", "organization_id", "alter function app.organization_id() immutable"),
                of("make an accessor IMMUTABLE", "livemode", "alter function app.livemode() immutable"),
                of("make an accessor IMMUTABLE", "role", "alter function app.role() immutable"),
                of(
                        "give an accessor a default",
                        "organization_id",
                        "do $do$ begin execute format('create or replace function app.organization_id() returns uuid"
                                + " language sql stable parallel safe return coalesce(nullif(current_setting("
                                + "''app.organization_id'', true), '''')::uuid, %L)',"
                                + " (select id from app.organization where slug = 'acme')); end $do$"),
                replaced("bind whoever asks", "role_in", "and p.acts_as is not null", "or true"),
                replaced("forget that a membership ended", "role_in", "p.acts_as", "p.role"),
                replaced("forget that a tenant is suspended", "keep_organization", "new.status = 'active'", "true"),
                replaced("forget the tenant of a principal", "role_in", "and p.organization_id = organization", ""),
                replaced(
                        "forget the mode of a principal",
                        "role_in",
                        "and (p.livemode is null or p.livemode = role_in.livemode)",
                        ""),
                replaced("let anyone be the system", "role_of", "session_user = 'hedgerow_worker'", "true"),
                replaced(
                        "let the worker into tenants that are not there",
                        "role_of",
                        "and exists (select from app_private.principal p",
                        "or exists (select from app_private.principal p"),
                of("drop a trigger that keeps principals", "api_key", "drop trigger principal on app.api_key"),
                of("drop a trigger that ends authority", "membership", "drop trigger ending on app.membership"),
                of("drop a trigger that checks the giver", "membership", "drop trigger authority on app.membership"),
                replaced(
                        "forget the scopes of the giver",
                        "check_giver",
                        "or giver.kind = 'restricted' and not coalesce(scopes <@ giver.scopes, false)",
                        ""),
                replaced("forget who made a key", "give_key", "array[new.created_by]", "array[]::text[]"),
                replaced("tell an agent which orders there are", "approval_requested", "app.role() = 'agent'", "false"),
                of(
                        "let PUBLIC run a look-up",
                        "open_session",
                        "grant execute on function app_private.open_session(uuid, text, text, boolean) to public"),
                of(
                        "unpin the search path",
                        "bind",
                        "alter function app.bind(uuid, text, boolean, timestamptz, uuid, bytea) reset search_path"));
    }

    private static List<Mutant> keys() {
        return List.of(
                of(
                        "forget the tenant in a reference",
                        "payment_order -> customer",
                        "create unique index on app.customer (id);do $$ declare c text; begin select conname into"
                                + " strict c from pg_constraint where conrelid = 'app.payment_order'::regclass and"
                                + " confrelid = 'app.customer'::regclass;execute format('alter table app.payment_order"
                                + " drop constraint %I', c); end $$;alter table app.payment_order add foreign key"
                                + " (customer_id) references app.customer (id)"),
                of(
                        "forget the mode in a reference to shared data",
                        "payment_order -> asset",
                        "alter table app.payment_order drop constraint payment_order_asset_fkey, add foreign key"
                                + " (asset) references app.asset"),
                of(
                        "generate a column of a key",
                        "api_key",
                        "alter table app.api_key add tag text not null generated always as ('key:' || id::text) stored;"
                                + "create unique index api_key_tag on app.api_key (organization_id, livemode, tag);"
                                + "alter table app.api_key replica identity using index api_key_tag"),
                of(
                        "forget the tenant in a unique key",
                        "membership (email)",
                        "create unique index on app.membership (email)"));
    }

    private static List<Mutant> relations() {
        return List.of(
                of(
                        "add a view that runs as its owner",
                        "payment_order",
                        "create view app.every_order as select * from app.payment_order;"
                                + "grant select on app.every_order to hedgerow_app"),
                of(
                        "add a materialized view",
                        "customer",
                        "create materialized view app.every_customer as select * from app.customer;"
                                + "grant select on app.every_customer to hedgerow_app"),
                of(
                        "add a function that runs as its owner",
                        "customer",
                        "create function app.every_customer() returns setof app.customer language sql security definer"
                                + " as 'select * from app.customer';"
                                + "grant execute on function app.every_customer() to hedgerow_app"));
    }

    private static Mutant of(String operator, String target, String sql) {
        return new Mutant(operator, target, sql, "");
    }

    private static Mutant fence(String operator, String table, String kind, String to, String using, String check) {
        return of(
                operator,
                table,
                ("drop policy fence on app.%1$s; create policy fence on app.%1$s as %2$s for all to %3$s"
                                + " using %4$s with check %5$s")
                        .formatted(table, kind, to, using, check));
    }

    private static Mutant role(String operator, String role, String attribute) {
        return new Mutant(
                "give a role " + operator,
                role,
                "alter role " + role + " " + attribute,
                "alter role " + role + " no" + attribute);
    }

    private static Mutant member(String group, String role) {
        return new Mutant(
                "make a role a member of a stronger one",
                role + " in " + group,
                "grant " + group + " to " + role,
                "revoke " + group + " from " + role);
    }

    /// Replaces a piece of a function's text; a missing piece is an error.
    static Mutant replaced(String operator, String function, String from, String to) {
        var qualified = function.contains(".") ? function : "app_private." + function;
        return of(operator, function, """
            do $do$
            declare
                source text := pg_get_functiondef('%1$s'::regproc);
            begin
                if position($from$%2$s$from$ in source) = 0 then
                    raise 'nothing to mutate in %1$s';
                end if;
                execute replace(source, $from$%2$s$from$, $to$%3$s$to$);
            end
            $do$
            """.formatted(qualified, from, to));
    }
}
