package hedgerow.sql;

import java.util.regex.Pattern;

/// The tenant, actor and mode in whose name a script runs: the arguments of `app.bind`, and the role that
/// row security then binds.
///
/// @param actor `system:<name>`, `user:<uuid>`, `agent:<uuid>` or `key:<uuid>`
/// @param live true for live data, false for test data
public record Binding(NamedTenant tenant, String actor, boolean live) {

    /// The actor when none is named.
    public static final String SYSTEM = "system:sql";

    private static final Pattern ACTOR =
            Pattern.compile("system:[a-z0-9_-]{1,64}|(user|agent|key):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    public Binding {
        if (!isActor(actor)) {
            throw new IllegalArgumentException("an actor is user:<uuid>, agent:<uuid> or key:<uuid>, not " + actor);
        }
    }

    public static boolean isActor(String text) {
        return ACTOR.matcher(text).matches();
    }

    public String role() {
        return actor.startsWith("system:") ? Logins.WORKER : Logins.APP;
    }

    /// The form used in messages: `acme, test data, as hedgerow_worker for system:sql`.
    @Override
    public String toString() {
        return "%s, %s data, as %s for %s".formatted(tenant.slug(), live ? "live" : "test", role(), actor);
    }

    // Tenant, actor and role have forms that contain no quote, so that they need no escaping below.

    /// Binds the transaction. It is a DO block, so that psql prints nothing.
    String bind() {
        return "do $$ begin perform app.bind('%s'::uuid, '%s', %s); end $$".formatted(tenant.id(), actor, live);
    }

    String setRole() {
        return "set local role " + role();
    }

    /// Fails if row security does not bind the role.
    String refuseToBypass() {
        return """
            do $$
            begin
                if (select rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = current_user)
                   or current_user <> '%1$s' or app.organization_id() is distinct from '%2$s'::uuid then
                    raise exception 'row security does not bind the role %1$s'
                        using errcode = '42501', hint = 'alter role %1$s nosuperuser nobypassrls';
                end if;
            end
            $$\
            """.formatted(role(), tenant.id());
    }

    /// Remembers the transaction's id and the actor's role, which are compared at the end.
    static String remember() {
        return "select pg_current_xact_id()::text as transaction, coalesce(app.role(), '') as role";
    }

    /// Reports what the script changed of its binding; empty if nothing.
    ///
    /// @param transaction an SQL expression for the remembered transaction id of [#remember()]
    /// @param role an SQL expression for the remembered role
    String changed(String transaction, String role) {
        return """
            select case when pg_current_xact_id_if_assigned()::text is distinct from %s then 'its transaction'
                        when current_user <> '%s' then 'its role'
                        when app.organization_id() is distinct from '%s'::uuid then 'its tenant'
                        when app.livemode() is distinct from %s then 'its mode (live or test data)'
                        when app.actor() is distinct from '%s' or coalesce(app.role(), '') <> %s then 'its actor'
                        else '' end as changed\
            """.formatted(transaction, role(), tenant.id(), live, actor, role);
    }
}
