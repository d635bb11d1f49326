package hedgerow.rls.policies;

import hedgerow.rls.policies.AccessMatrix.Access;
import hedgerow.rls.policies.AccessMatrix.Command;
import hedgerow.rls.policies.Session.Outcome;
import hedgerow.sql.NamedTenant;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

/// Tries to cross every tenant table as every role, and reports what got through.
///
/// It uses real logins, on demo data in which tenants look alike. Triggers of the tables are switched off
/// on the way, so that only privileges and policies decide: the database is unusable afterwards.
final class Isolation {

    private static final List<String> ROLES = List.of("owner", "admin", "member", "viewer", "agent", "worker");

    private final Connection admin;
    private final Connection app;
    private final Connection worker;
    private final int enough;
    private final List<String> violations = new ArrayList<>();

    private final AccessMatrix matrix = AccessMatrix.read();
    private final List<TenantTable> tables;
    private final Rows rows;
    private final NamedTenant acme;
    private final NamedTenant globex;

    private Isolation(Connection admin, Connection app, Connection worker, int enough) throws SQLException {
        this.admin = admin;
        this.app = app;
        this.worker = worker;
        this.enough = enough;
        this.rows = new Rows(admin);
        this.tables = TenantTable.read(admin);
        this.acme = rows.tenant("acme");
        this.globex = rows.tenant("globex");
    }

    /// Everything that got through.
    static List<String> violations(Connection admin, Connection app, Connection worker) throws SQLException {
        return new Isolation(admin, app, worker, Integer.MAX_VALUE).check();
    }

    /// The first thing that got through, or none: enough to know that a fence has a hole.
    static List<String> firstViolation(Connection admin, Connection app, Connection worker) throws SQLException {
        return new Isolation(admin, app, worker, 1).check();
    }

    private List<String> check() throws SQLException {
        try {
            roles();
            binding();
            endedPrincipals();
            suspendedTenant();
            authority();
            secondPerson();
            outcomes();
            agentsOrders();
            rows.disableTriggers("user");
            references();
            rows.disableTriggers("all");
            uniqueKeys();
            secrets();
            cachedPlans();
            otherRelations();
            for (TenantTable table : tables) {
                privileges(table);
                if (!expect(rows.has(table, acme) && rows.has(table, globex), "no demo data in " + table.name())) {
                    continue;
                }
                unbound(table);
                for (String role : ROLES) {
                    access(table, role);
                }
            }
        } catch (Enough _) {
            // the list contains the requested rows
        }
        return violations;
    }

    // Roles and sessions

    private void roles() throws SQLException {
        for (Connection login : List.of(app, worker)) {
            try (Session session = Session.unbound(login)) {
                for (String role :
                        rows.strings("select rolname from pg_roles where rolname <> '" + user(login) + "'")) {
                    mustFail(session, "set local role \"" + role + "\"", user(login));
                    mustFail(session, "set session authorization \"" + role + "\"", user(login));
                }
                mustFail(session, "create temporary table shadow ()", user(login));
                mustFail(session, "create table app.intruder ()", user(login));
                mustFail(session, "create schema intruder", user(login));
                mustFail(session, "select * from app_private.seal_key", user(login));
                mustFail(session, "select * from app_private.principal", user(login));
                mustFail(session, "select lo_create(0)", user(login));
            }
            try (Session session = Session.bound(login, acme, actor("worker", login), false)) {
                Outcome flip = session.run("select count(*) from app.customer where organization_id = '" + globex.id()
                        + "' and set_config('app.organization_id', '" + globex.id() + "', false) is not null");
                expect(flip.denied(), user(login) + " may call set_config() inside a query");
            }
        }
    }

    private void binding() throws SQLException {
        for (String role : List.of("owner", "agent")) {
            mustNotBind(app, globex, rows.actor(acme, role), false);
        }
        mustNotBind(app, acme, "system:app", false);
        mustNotBind(app, acme, "user:00000000-0000-0000-0000-000000000000", false);
        mustNotBind(app, acme, rows.actor(acme, "agent"), true);
        for (String gone : rows.inactiveActors(acme)) {
            mustNotBind(app, acme, gone, false);
        }
        mustNotBind(worker, new NamedTenant(UUID.randomUUID(), "nowhere"), "system:isolation", false);
    }

    /// The worker reports the outcome of a payment: subscribers rely on events when they ship goods.
    private void outcomes() throws SQLException {
        for (String role : List.of("owner", "admin", "member", "viewer", "agent")) {
            try (Session session = Session.bound(app, acme, rows.actor(acme, role), false)) {
                for (String type : List.of("payment_order.succeeded", "payment_order.failed", "refund.succeeded")) {
                    mustFail(session, Rows.event(acme, type), "the " + role);
                }
            }
        }
    }

    /// An agent confirms the orders that it made for itself, and moves no other: one that it moved back could be
    /// paid twice.
    private void agentsOrders() throws SQLException {
        try (Session session = Session.bound(app, acme, rows.actor(acme, "agent"), false)) {
            nothing(
                    session,
                    "update app.payment_order set status = status"
                            + " where created_by <> app.actor() or status <> 'requires_confirmation'",
                    "the agent");
        }
    }

    private void suspendedTenant() throws SQLException {
        try (Session session = Session.bound(app, acme, rows.actor(acme, "owner"), false)) {
            session.keep("update app.organization set status = 'suspended' where id = '" + acme.id() + "'");
            for (String program : List.of(rows.key(acme, "owner"), rows.actor(acme, "agent"))) {
                Outcome outcome = session.run("select app.bind('%s', '%s', false)".formatted(acme.id(), program));
                expect(outcome.sqlState().equals("28000"), program + " acts in a suspended tenant: " + outcome);
            }
        }
    }

    /// A restricted key makes no owner, and the key of a removed person ends with them.
    private void authority() throws SQLException {
        try (Session session = Session.bound(app, acme, rows.actor(acme, "owner"), false)) {
            String restricted = key(session, "owner", "restricted", "{memberships:write}");
            session.bind(acme, "key:" + restricted, false);
            mustFail(session, "update app.membership set role = 'owner' where role = 'viewer'", "a restricted key");
            session.bind(acme, rows.actor(acme, "admin"), false);
            String handedOut = key(session, "admin", "secret", "{}");
            session.bind(acme, rows.actor(acme, "owner"), false);
            session.keep(
                    "delete from app.membership where role = 'admin'" + " and organization_id = app.organization_id()");
            Outcome outcome =
                    session.run("select count(*) from app.bind('%s', 'key:%s', false)".formatted(acme.id(), handedOut));
            expect(outcome.sqlState().equals("28000"), "the key of a removed admin acts: " + outcome);
        }
    }

    private static String key(Session session, String role, String kind, String scopes) throws SQLException {
        String id = UUID.randomUUID().toString();
        session.keep("insert into app.api_key (organization_id, livemode, id, name, role, kind, scopes, prefix,"
                + " key_hash, created_by) values (app.organization_id(), app.livemode(), '%s', 'x', '%s', '%s', '%s',"
                        .formatted(id, role, kind, scopes)
                + " 'hk_test_abcd', sha256(uuid_send(gen_random_uuid())), app.actor())");
        return id;
    }

    /// The owner has made the demo orders, and an agent, whose key the owner has made, has requested their
    /// approval.
    private void secondPerson() throws SQLException {
        try (Session session = Session.bound(app, acme, rows.actor(acme, "owner"), false)) {
            nothing(
                    session,
                    "update app.approval set status = 'approved', decided_by = app.actor(), decided_at = now()"
                            + " where status = 'pending'",
                    "the owner who is behind an order");
        }
        try (Session session = Session.bound(app, acme, rows.actor(acme, "agent"), false)) {
            String request = "insert into app.approval (organization_id, livemode, payment_order_id, agent_id, reason,"
                    + " requested_by, expires_at) values (app.organization_id(), app.livemode(), '%s', app.agent_id(),"
                    + " 'x', app.actor(), now() + interval '1 day')";
            String foreign = rows.strings("select id from app.payment_order where executing_agent_id is null"
                            + " and not livemode and status = 'processing' and organization_id = '" + acme.id() + "'")
                    .getFirst();
            Outcome refused = session.run(request.formatted(foreign));
            expect(
                    refused.sqlState()
                            .equals(session.run(request.formatted(UUID.randomUUID()))
                                    .sqlState()),
                    "an agent can tell an order of somebody else from none: " + refused);
        }
    }

    /// A suspended, revoked or paused actor is out with that very transaction.
    private void endedPrincipals() throws SQLException {
        NamedTenant initech = rows.tenant("initech");
        List<String> ended =
                List.of(rows.actor(initech, "viewer"), rows.actor(initech, "agent"), rows.key(initech, "member"));
        for (String actor : ended) {
            try (Session session = Session.unbound(app)) {
                Outcome outcome =
                        session.run("select count(*) from app.bind('%s', '%s', false)".formatted(initech.id(), actor));
                expect(outcome.sqlState().equals("00000"), actor + " cannot bind to its own tenant: " + outcome);
            }
        }
        rows.execute("begin; select app.bind('%s', 'system:isolation', false);".formatted(initech.id())
                + "update app.membership set status = 'suspended' where 'user:' || user_id = '" + ended.get(0) + "';"
                + "update app.agent set status = 'paused' where 'agent:' || id = '" + ended.get(1) + "';"
                + "update app.api_key set revoked_at = now() where 'key:' || id = '" + ended.get(2) + "'; commit");
        for (String actor : ended) {
            mustNotBind(app, initech, actor, false);
        }
    }

    private void mustNotBind(Connection login, NamedTenant tenant, String actor, boolean live) throws SQLException {
        try (Session session = Session.unbound(login)) {
            Outcome outcome = session.run("select app.bind('%s', '%s', %s)".formatted(tenant.id(), actor, live));
            expect(outcome.sqlState().equals("28000"), actor + " can bind to " + tenant.slug() + ", live " + live);
        }
    }

    /// A cached plan must read the tenant, the mode and the role again.
    private void cachedPlans() throws SQLException {
        if (app.unwrap(PGConnection.class).getPrepareThreshold() == 0) {
            return; // behind a pooler that forbids prepared statements no plan is cached
        }
        try (var statement = app.createStatement()) {
            statement.execute("set plan_cache_mode = force_generic_plan");
        }
        String owner = rows.actor(acme, "owner");
        try (PreparedStatement query = app.prepareStatement(
                        "select count(*), count(*) filter (where organization_id = ? and livemode = ?) from"
                                + " app.customer");
                PreparedStatement keys = app.prepareStatement("select count(*) from app.api_key")) {
            query.unwrap(PGStatement.class).setPrepareThreshold(1);
            keys.unwrap(PGStatement.class).setPrepareThreshold(1);
            expectOnly(query, acme, owner, false);
            expectOnly(query, globex, rows.actor(globex, "owner"), false);
            expectOnly(query, acme, owner, true);
            try (Session _ = Session.bound(app, acme, owner, false)) {
                expect(count(keys) > 0, "the owner sees no API key");
            }
            try (Session _ = Session.bound(app, acme, rows.actor(acme, "viewer"), false)) {
                expect(count(keys) == 0, "a cached plan keeps the role of the session before");
            }
        }
        try (var statement = app.createStatement()) {
            statement.execute("reset plan_cache_mode");
        }
    }

    private void expectOnly(PreparedStatement query, NamedTenant tenant, String actor, boolean live)
            throws SQLException {
        try (Session _ = Session.bound(app, tenant, actor, live)) {
            query.setObject(1, tenant.id());
            query.setBoolean(2, live);
            try (var result = query.executeQuery()) {
                result.next();
                expect(
                        result.getLong(1) > 0 && result.getLong(1) == result.getLong(2),
                        "a cached plan shows rows of another session to " + tenant.slug() + ", live " + live);
            }
        }
    }

    private static long count(PreparedStatement query) throws SQLException {
        try (var result = query.executeQuery()) {
            result.next();
            return result.getLong(1);
        }
    }

    // Keys

    private void references() throws SQLException {
        for (Rows.Reference reference : rows.references(tables)) {
            String sql = reference.pointAt(acme, globex);
            Outcome outcome = rows.attemptUnchecked(reference.child(), sql);
            expect(
                    outcome.sqlState().equals("23503"),
                    reference.name() + ": a row of one tenant can refer to a row of another (" + outcome + ")");
        }
    }

    private void uniqueKeys() throws SQLException {
        for (TenantTable table : tables) {
            if (table.name().equals("organization") || !rows.has(table, globex)) {
                continue; // the slug is deliberately unique among all tenants
            }
            Outcome outcome = rows.attempt("delete from " + table.qualified() + " where " + table.of(acme, false) + ";"
                    + rows.insert(table, globex, false, rows.writable(table), own(table, acme)));
            expect(
                    outcome.sqlState().equals("00000"),
                    table.name() + ": a unique key tells what another tenant has (" + outcome.message() + ")");
        }
    }

    // Privileges

    private void privileges(TenantTable table) throws SQLException {
        for (Connection login : List.of(app, worker)) {
            try (Session session = Session.unbound(login)) {
                mustFail(session, "truncate " + table.qualified(), user(login));
                mustFail(session, "alter table " + table.qualified() + " no force row level security", user(login));
            }
            expect(
                    rows.strings("select p from unnest(array['truncate', 'references', 'trigger']) p"
                                    + " where has_table_privilege('" + user(login) + "', '" + table.qualified()
                                    + "', p)")
                            .isEmpty(),
                    user(login) + " has a privilege on " + table.name() + " that row security does not bind");
        }
    }

    private void secrets() throws SQLException {
        for (Rows.Secret secret : rows.secrets()) {
            try (Session session = Session.bound(app, acme, rows.actor(acme, "owner"), false)) {
                mustFail(session, "select " + secret.column() + " from app." + secret.table(), "hedgerow_app");
            }
        }
    }

    /// Checks views, materialized views and other relations that contain rows of tenants.
    private void otherRelations() throws SQLException {
        for (String relation : rows.otherRelations()) {
            for (Connection login : List.of(app, worker)) {
                try (Session session = Session.bound(login, acme, actor("owner", login), false)) {
                    Outcome outcome = session.run(
                            "select count(*) from " + relation + " where organization_id <> '" + acme.id() + "'");
                    expect(outcome.rows() == 0, relation + " shows rows of another tenant to " + user(login));
                }
            }
        }
    }

    // One table

    private void unbound(TenantTable table) throws SQLException {
        List<String> sessions = List.of(
                "select 1",
                "set local app.organization_id = ''; set local app.role = 'owner'; set local app.livemode = 'false'",
                "set local app.organization_id = 'x'; set local app.role = 'owner'; set local app.livemode = 'false'",
                "set local app.role = 'owner'; set local app.actor = 'system:x'");
        for (Connection login : List.of(app, worker)) {
            for (String set : sessions) {
                try (Session session = Session.unbound(login)) {
                    session.keep(set);
                    String who = user(login) + ", unbound by \"" + set + "\",";
                    nothing(session, "select count(*) from " + table.qualified(), who);
                    nothing(session, "delete from " + table.qualified(), who);
                    nothing(session, rows.blindUpdate(table, user(login)), who);
                    Outcome insert = session.run(
                            rows.insert(table, acme, false, rows.insertable(table, user(login)), fresh(table)));
                    expect(insert.denied(), who + " inserts into " + table.name() + " (" + insert + ")");
                }
            }
        }
    }

    private void access(TenantTable table, String role) throws SQLException {
        Connection login = role.equals("worker") ? worker : app;
        String who = "the " + role;
        try (Session session = Session.bound(login, acme, actor(role, login), false)) {
            read(session, table, role, who);
            insert(session, table, role, login, who);
            update(session, table, role, login, who);
            delete(session, table, role, who);
        }
    }

    private void read(Session session, TenantTable table, String role, String who) throws SQLException {
        long own = rows.count(table, acme, false);
        Outcome all = session.run("select count(*) from " + table.qualified());
        hold(all.rows(), own, table, role, Command.SELECT, all);
        nothing(
                session,
                "select count(*) from " + table.qualified() + " where not (" + table.of(acme, false) + ")",
                who);
    }

    private void insert(Session session, TenantTable table, String role, Connection login, String who)
            throws SQLException {
        List<String> columns = rows.insertable(table, user(login));
        Map<String, String> fresh = fresh(table);
        Outcome own =
                session.run(rows.insert(table, acme, false, columns, rows.signed(table, fresh, actor(role, login))));
        switch (matrix.of(table.name(), role, Command.INSERT)) {
            case YES -> expect(own.passedPolicies(), who + " should insert into " + table.name() + " (" + own + ")");
            case NO -> expect(own.denied(), who + " inserts into " + table.name() + " (" + own + ")");
            case OWN, SOME -> {} // conditions, which tests of their own check
        }
        Outcome foreign = session.run(rows.insert(table, globex, false, columns, fresh));
        expect(foreign.denied(), who + " inserts for another tenant into " + table.name() + " (" + foreign + ")");
        if (table.mode() == TenantTable.Mode.REQUIRED) {
            Outcome live = session.run(rows.insertLive(table, acme, columns, fresh));
            expect(live.denied(), who + " inserts live data into " + table.name() + " (" + live + ")");
        }
    }

    private void update(Session session, TenantTable table, String role, Connection login, String who)
            throws SQLException {
        String column = rows.updatable(table, user(login));
        String set = "update " + table.qualified() + " set " + column + " = " + column + " where ";
        long own = rows.count(table, acme, false);
        Outcome ownRows = session.run(set + table.of(acme, false));
        hold(ownRows.rows(), own, table, role, Command.UPDATE, ownRows);
        nothing(session, set + "not (" + table.of(acme, false) + ")", who);
        Outcome blind = session.run(rows.blindUpdate(table, user(login)));
        expect(blind.rows() <= own, who + " updates other tenants' rows blindly in " + table.name());
        nothing(
                session,
                "update " + table.qualified() + " set " + table.tenantColumn() + " = '" + globex.id() + "' where "
                        + table.of(acme, false),
                who + " moving rows");
    }

    private void delete(Session session, TenantTable table, String role, String who) throws SQLException {
        long own = rows.count(table, acme, false);
        Outcome ownRows = session.run("delete from " + table.qualified() + " where " + table.of(acme, false));
        hold(ownRows.rows(), own, table, role, Command.DELETE, ownRows);
        nothing(session, "delete from " + table.qualified() + " where not (" + table.of(acme, false) + ")", who);
        Outcome blind = session.run("delete from " + table.qualified());
        expect(blind.rows() <= own, who + " deletes other tenants' rows blindly from " + table.name());
    }

    /// Compares the outcome for own rows with the matrix.
    private void hold(long seen, long own, TenantTable table, String role, Command command, Outcome outcome) {
        Access access = matrix.of(table.name(), role, command);
        String what = "%s %s %s: %d of %d own rows, matrix says %s (%s)"
                .formatted(role, command, table.name(), seen, own, access, outcome);
        switch (access) {
            case YES -> expect(own > 0 && seen == own, what);
            case NO ->
                expect(seen == 0 && (outcome.denied() || outcome.sqlState().equals("00000")), what);
            case OWN, SOME -> expect(seen <= own, what);
        }
    }

    private Map<String, String> fresh(TenantTable table) {
        return rows.fresh(table);
    }

    private Map<String, String> own(TenantTable table, NamedTenant tenant) {
        return rows.freshFor(table, tenant);
    }

    private String actor(String role, Connection login) throws SQLException {
        return login == worker ? "system:isolation" : rows.actor(acme, role.equals("worker") ? "owner" : role);
    }

    private static String user(Connection login) throws SQLException {
        return login.getMetaData().getUserName();
    }

    private void nothing(Session session, String sql, String who) throws SQLException {
        Outcome outcome = session.run(sql);
        expect(!outcome.touched(), who + " got through with: " + sql + " (" + outcome + ")");
    }

    private void mustFail(Session session, String sql, String who) throws SQLException {
        expect(session.run(sql).denied(), who + " may: " + sql);
    }

    private boolean expect(boolean holds, String violation) {
        if (!holds) {
            violations.add(violation);
            if (violations.size() >= enough) {
                throw new Enough();
            }
        }
        return holds;
    }

    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super(null, null, false, false);
        }
    }
}
