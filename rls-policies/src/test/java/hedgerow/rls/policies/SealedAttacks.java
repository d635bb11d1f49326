package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.rls.policies.Session.Outcome;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.NamedTenant;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Attacker-supplied SQL that runs as the application, against sealed mode, whatever its seal.
@Tag("isolation")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SealedAttacks {

    static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    final HedgerowDatabase database;

    Connection admin;
    Connection app;
    Rows rows;
    NamedTenant acme;
    NamedTenant globex;
    String owner;

    SealedAttacks(HedgerowDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void createKey() throws SQLException {
        try (var admin = database.admin();
                var create = admin.prepareStatement("select app_private.create_key('bind', ?)")) {
            create.setBytes(1, KEY);
            create.execute();
        }
    }

    @BeforeEach
    void open() throws SQLException {
        admin = database.admin();
        app = database.app();
        rows = new Rows(admin);
        acme = rows.tenant("acme");
        globex = rows.tenant("globex");
        owner = rows.actor(acme, "owner");
    }

    @AfterEach
    void close() throws SQLException {
        app.close();
        admin.close();
    }

    @Test
    void a_token_of_the_application_binds() throws SQLException {
        try (Session session = bound(app)) {
            assertThat(session.run("select count(*) from app.customer").rows())
                    .isEqualTo(rows
                            .strings("select count(*) from app.customer where organization_id = '" + acme.id()
                                    + "' and not livemode")
                            .stream()
                            .mapToLong(Long::parseLong)
                            .sum())
                    .isPositive();
            assertThat(session.run("select count(*) from app.customer where organization_id <> '" + acme.id() + "'")
                            .rows())
                    .isZero();
        }
    }

    @Test
    void a_bound_role_is_the_one_of_the_database() throws SQLException {
        try (Session session = bound(app)) {
            assertThat(session.run("select 1 where app.role() = 'owner' and app.actor() = '" + owner + "'")
                            .rows())
                    .isEqualTo(1);
        }
    }

    @Test
    void no_token_no_session() throws SQLException {
        assertRefused(app, "select app.bind('%s', '%s', false)".formatted(acme.id(), owner), "28000");
    }

    @Test
    void a_forged_token_is_refused() throws SQLException {
        Token token = token(acme, owner, "");
        assertRefused(app, token.call(acme, owner, false, new byte[32]), "28000");
        byte[] other = hmac("another key of thirty-two bytes!".getBytes(StandardCharsets.US_ASCII), token.message());
        assertRefused(app, token.call(acme, owner, false, other), "28000");
    }

    @Test
    void a_token_has_only_one_meaning() throws SQLException {
        Token token = token(acme, owner, "");
        assertRefused(app, token.call(globex, owner, false, token.mac()), "28000");
        assertRefused(app, token.call(acme, rows.actor(acme, "admin"), false, token.mac()), "28000");
        assertRefused(app, token.call(acme, owner, true, token.mac()), "28000");
        assertRefused(app, token.later().call(acme, owner, false, token.mac()), "28000");
        assertRefused(app, token.otherNonce().call(acme, owner, false, token.mac()), "28000");
    }

    @Test
    void an_expired_token_is_refused_and_so_is_one_that_lives_too_long() throws SQLException {
        for (Duration lifetime : List.of(Duration.ofSeconds(-1), Duration.ofMinutes(5))) {
            Token token = Token.mint(acme, owner, false, Instant.now().plus(lifetime), "");
            assertRefused(app, token.call(acme, owner, false, token.mac()), "28000");
        }
    }

    @Test
    void a_token_of_one_backend_is_worth_nothing_on_another() throws SQLException {
        try (Connection other = database.app()) {
            Token token = token(acme, owner, backend(other));
            assertRefused(app, token.call(acme, owner, false, token.mac()), "28000");
            try (Session session = Session.unbound(other)) {
                session.keep(token.call(acme, owner, false, token.mac()));
                assertThat(session.run("select count(*) from app.customer").rows())
                        .isPositive();
            }
        }
    }

    @Test
    void a_token_of_a_backend_is_worth_nothing_on_a_later_one_with_the_same_process_id() throws SQLException {
        String backend = backend(app);
        String pid = backend.substring(0, backend.indexOf('.'));
        long start = Long.parseLong(backend.substring(pid.length() + 1));
        for (String other : List.of(pid, pid + ".", pid + "." + (start - 1), pid + "." + (start + 1))) {
            Token token = token(acme, owner, other);
            assertRefused(app, token.call(acme, owner, false, token.mac()), "28000");
        }
    }
    /// The attacker knows the form of a session.
    private List<String> forgeries() throws SQLException {
        String lines = "hedgerow\n%s\nf\n%s\nowner"
                .formatted(
                        globex.id().toString().replace("-", ""),
                        rows.actor(globex, "owner").replace(':', ',').replace('-', '\t'));
        String parameter = "backtrace_functions = '" + lines + "'";
        return List.of(
                "set app.organization_id = '" + globex.id() + "'",
                "set local app.organization_id = '" + globex.id() + "'",
                "set local app.role = 'owner'",
                "set local app.actor = '" + rows.actor(globex, "owner") + "'",
                "set local app.livemode = 'true'",
                "set local app.seal = ''",
                "set local app.seal = 'x.y.z'",
                "set " + parameter,
                "set local " + parameter,
                "set backtrace_functions to default",
                "reset backtrace_functions",
                "do $$ begin set local " + parameter + "; end $$",
                "do $$ begin execute 'set local " + parameter.replace("'", "''") + "'; end $$",
                "select set_config('backtrace_functions', '" + lines + "', true)",
                "update pg_settings set setting = '" + lines + "' where name = 'backtrace_functions'",
                "alter role current_user set " + parameter,
                "alter role hedgerow_app in database " + database.adminUrl().database() + " set " + parameter,
                "create function pg_temp.f() returns void language sql set " + parameter + " as ''",
                "alter function app.organization_id() set " + parameter,
                "grant set on parameter backtrace_functions to hedgerow_app");
    }

    @Test
    void no_setting_of_injected_sql_leads_to_another_tenant() throws SQLException {
        for (String forgery : forgeries()) {
            try (Session session = bound(app)) {
                session.attempt(forgery);
                assertNothingOfOthers(session, forgery);
            }
            try (Session session = Session.unbound(app)) {
                session.attempt(forgery);
                assertUnbound(session, forgery);
            }
            try (var statement = app.createStatement()) {
                statement.execute(forgery);
            } catch (SQLException e) {
                assertThat(e.getSQLState()).as(forgery).isEqualTo(Session.DENIED);
            }
            try (Session session = Session.unbound(app)) {
                assertUnbound(session, "after " + forgery);
            }
        }
    }

    @Test
    void a_member_with_permissions_does_not_widen_them() throws SQLException {
        String member = rows.actor(acme, "member");
        HedgerowDatabase copy = database.copy();
        try (copy;
                var boss = copy.admin();
                var login = copy.app()) {
            try (var create = boss.prepareStatement("select app_private.create_key('bind', ?)")) {
                create.setBytes(1, KEY);
                create.execute();
            }
            boss.setAutoCommit(false);
            try (var narrow = boss.createStatement()) {
                narrow.execute("select app.bind('%s', 'system:test', false)".formatted(acme.id()));
                narrow.execute("update app.membership set permissions = '{customers:read}' where user_id = '%s'"
                        .formatted(member.substring("user:".length())));
            }
            boss.commit();
            for (String wider : List.of(
                    "set local app.role = 'member'",
                    "set local app.role = 'owner'",
                    "set local app.role = 'member customers:write payment_orders:write'")) {
                try (Session session = Session.unbound(login)) {
                    Token token = token(acme, member, "");
                    session.keep(token.call(acme, member, false, token.mac()));
                    assertThat(session.run("select count(*) from app.customer").rows())
                            .isPositive();
                    session.keep(wider);
                    assertThat(session.run("select count(*) from app.payment_order")
                                    .rows())
                            .as(wider)
                            .isZero();
                    assertThat(session.run("update app.customer set name = 'x'").rows())
                            .as(wider)
                            .isZero();
                }
            }
        }
    }

    @Test
    void a_connection_cannot_begin_as_a_tenant() throws SQLException {
        String url = database.url(Logins.APP).jdbc() + "&options=";
        for (String option : List.of("-c backtrace_functions=x", "--backtrace-functions=x")) {
            assertThatThrownBy(
                            () -> DriverManager.getConnection(url + URLEncoder.encode(option, StandardCharsets.UTF_8))
                                    .close())
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo(Session.DENIED));
        }
        try (Connection preset = DriverManager.getConnection(
                        url + URLEncoder.encode("-c app.organization_id=" + globex.id(), StandardCharsets.UTF_8));
                Session session = Session.unbound(preset)) {
            assertUnbound(session, "a variable at the start");
        }
    }

    @Test
    void a_session_that_forgets_its_settings_sees_nothing_and_finds_no_way_to_another_tenant() throws SQLException {
        try (Session session = bound(app)) {
            session.keep("savepoint before");
            session.keep("reset all");
            assertUnbound(session, "reset all");
            session.attempt("rollback to before");
            assertNothingOfOthers(session, "back to the savepoint");
            session.keep("reset all");
            assertUnbound(session, "reset all, and no way back");
            for (String forgery : forgeries()) {
                session.attempt(forgery);
                assertUnbound(session, "reset all, then " + forgery);
            }
        }
        try (Session session = Session.unbound(app)) {
            assertUnbound(session, "the next transaction");
        }
        try (var statement = app.createStatement()) {
            statement.execute("discard all");
        }
        try (Session session = bound(app)) {
            assertNothingOfOthers(session, "bound after discard all");
            assertThat(session.run("discard all").sqlState()).isEqualTo("25001");
        }
    }

    @Test
    void another_role_or_login_is_the_same_tenant() throws SQLException {
        try (Session session = bound(app)) {
            for (String change : List.of(
                    "set role none",
                    "set local role hedgerow_app",
                    "set session authorization default",
                    "set session authorization hedgerow_app",
                    "set local transaction_isolation = 'read committed'")) {
                session.attempt(change);
                assertNothingOfOthers(session, change);
                assertThat(session.run("select count(*) from app.customer").rows())
                        .as(change)
                        .isPositive();
            }
        }
    }

    /// Each of the two tenants gave its token to this transaction.
    @Test
    void a_savepoint_leads_back_to_the_tenant_that_was_bound_there_and_to_no_other() throws SQLException {
        String mine = "select count(*) from app.customer where organization_id = '%s'".formatted(acme.id());
        String theirs = "select count(*) from app.customer where organization_id = '%s'".formatted(globex.id());
        String other = rows.actor(globex, "owner");
        try (Session session = bound(app)) {
            session.keep("savepoint before");
            Token token = token(globex, other, "");
            session.keep(token.call(globex, other, false, token.mac()));
            assertThat(session.run(mine).rows()).isZero();
            assertThat(session.run(theirs).rows()).isPositive();
            session.keep("rollback to before");
            assertNothingOfOthers(session, "back");
            session.keep("savepoint again");
            session.keep("reset all");
            session.keep(token.call(globex, other, false, token.mac()));
            session.keep("release again");
            assertThat(session.run(mine).rows()).isZero();
            assertThat(session.run(theirs).rows()).isPositive();
            session.keep("commit and chain");
            assertUnbound(session, "the next transaction of the chain");
        }
    }

    @Test
    void parallel_workers_see_the_tenant_of_their_leader() throws SQLException {
        String parallel = database.major() < 16 ? "force_parallel_mode" : "debug_parallel_query";
        try (Session session = bound(app)) {
            String count = "select count(*) from app.payment_order";
            long alone = session.run(count).rows();
            for (String setting : List.of(
                    parallel + " = on",
                    "enable_indexscan = off",
                    "enable_indexonlyscan = off",
                    "enable_bitmapscan = off",
                    "parallel_setup_cost = 0",
                    "parallel_tuple_cost = 0",
                    "min_parallel_table_scan_size = 0")) {
                session.keep("set local " + setting);
            }
            assertThat(session.strings("explain " + count)).anyMatch(line -> line.contains("Gather"));
            assertThat(session.run(count).rows()).isEqualTo(alone).isPositive();
            assertThat(session.run(count + " where organization_id <> '" + acme.id() + "'")
                            .rows())
                    .isZero();
            assertThat(session.strings("select distinct app.organization_id()::text || app.actor() || app.role()"
                            + " from app.payment_order"))
                    .containsExactly(acme.id() + owner + "owner");
        }
        try (Session session = Session.unbound(app)) {
            session.keep("set local " + parallel + " = on");
            assertUnbound(session, "in parallel");
        }
    }

    /// Nothing of another tenant or mode, and of this one as much as before or nothing.
    void assertNothingOfOthers(Session session, String after) throws SQLException {
        assertThat(session.run("select count(*) from app.customer where livemode or organization_id <> '" + acme.id()
                                + "'")
                        .rows())
                .as(after)
                .isZero();
        assertThat(session.run("select 1 where app.organization_id() <> '" + acme.id() + "' or app.livemode()")
                        .rows())
                .as(after)
                .isZero();
        assertThat(session.run("select 1 where app.role() <> 'owner' or app.actor() <> '" + owner + "'")
                        .rows())
                .as(after)
                .isZero();
    }

    /// The functions that a bound read calls, in order of their names.
    List<String> functionsOfARead() throws SQLException {
        try (var boss = database.admin();
                var statement = boss.createStatement()) {
            statement.execute("alter role hedgerow_app set track_functions = 'all'");
            try (var login = database.app();
                    Session session = bound(login)) {
                String calls = "select funcname || ' ' || calls from pg_stat_xact_user_functions order by 1";
                List<String> bind = session.strings(calls);
                assertThat(session.run("select count(*) from app.customer").rows())
                        .isPositive();
                List<String> all = session.strings(calls);
                all.removeAll(bind);
                return all;
            } finally {
                statement.execute("alter role hedgerow_app reset track_functions");
            }
        }
    }

    static void assertUnbound(Session session, String after) throws SQLException {
        assertThat(session.run("select count(*) from app.customer").rows())
                .as(after)
                .isZero();
        assertThat(session.run("select 1 where num_nonnulls(app.organization_id(), app.livemode(), app.actor(),"
                                + " app.role(), app.user_id(), app.agent_id()) > 0")
                        .rows())
                .as(after)
                .isZero();
    }

    @Test
    void a_look_up_of_a_key_of_another_tenant_leaves_the_seal_as_it_was() throws SQLException {
        String key = rows.strings("select encode(key_hash, 'hex') from app.api_key where organization_id = '"
                        + globex.id() + "' and revoked_at is null and role = 'owner' and not livemode")
                .getFirst();
        try (Session session = bound(app)) {
            long customers = session.run("select count(*) from app.customer").rows();
            session.keep("select * from app.use_api_key('\\x" + key + "')");
            assertThat(session.run("select count(*) from app.customer").rows())
                    .isEqualTo(customers)
                    .isPositive();
            assertThat(session.run("select 1 where app.organization_id() = '" + acme.id() + "' and app.actor() = '"
                                    + owner + "'")
                            .rows())
                    .isEqualTo(1);
        }
    }
    /// Sends each text as one message, in one session.
    List<String> psql(String... messages) throws Exception {
        List<String> command = new ArrayList<>(List.of("psql", "-XAtq", "-v", "ON_ERROR_STOP=1"));
        for (String message : messages) {
            command.addAll(List.of("-c", message));
        }
        command.add(database.url(Logins.APP).toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .put("PGPASSWORD", database.url(Logins.APP).password().orElseThrow());
        try (InputStream out = builder.start().getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("rows"))
                    .toList();
        } catch (IOException e) {
            System.err.println("SKIPPED: no psql on this machine; install Debian's package postgresql-client");
            Assumptions.abort("psql is not installed");
            return List.of();
        }
    }

    @Test
    void a_session_with_statements_prepared_by_sql_is_thrown_away() throws SQLException {
        try (Connection hijacked = database.app();
                var statement = hijacked.createStatement()) {
            statement.execute("prepare \"S_99\" as select 1");
            Token token = token(acme, owner, backend(hijacked));
            assertRefused(hijacked, token.call(acme, owner, false, token.mac()), "08P01");
        }
    }

    @Test
    void a_session_that_keeps_rows_in_a_cursor_is_thrown_away() throws SQLException {
        try (Connection keeper = database.app();
                var statement = keeper.createStatement()) {
            statement.execute("declare kept cursor with hold for select 1");
            Token token = token(acme, owner, backend(keeper));
            assertRefused(keeper, token.call(acme, owner, false, token.mac()), "08P01");
        }
    }

    @Test
    void a_session_with_a_temporary_table_is_thrown_away() throws SQLException {
        HedgerowDatabase copy = database.copy();
        try (copy;
                var owner = copy.admin();
                var login = copy.app()) {
            // The privilege is revoked; if somebody grants it again, the session is still refused.
            try (var statement = owner.createStatement()) {
                statement.execute("do $$ begin execute format('grant temporary on database %I to hedgerow_app',"
                        + " current_database()); end $$");
            }
            try (var statement = login.createStatement()) {
                statement.execute("create temporary table payment_order ()");
            }
            Token token = token(acme, this.owner, backend(login));
            assertRefused(login, token.call(acme, this.owner, false, token.mac()), "08P01");
        }
    }

    @Test
    void keys_and_the_functions_that_make_seals_and_tokens_are_out_of_reach() throws SQLException {
        for (String sql : List.of(
                "select * from app_private.seal_key",
                "select app_private.mint('%s', '%s', false)".formatted(globex.id(), rows.actor(globex, "owner")),
                "select app_private.create_key('bind', '\\x00')",
                "select app_private.retire_key('%s')".formatted(UUID.randomUUID()),
                "select app_private.hmac('\\x00', '\\x00', 'x')",
                "select app_private.backend()",
                "set role hedgerow_backend",
                "select app_private.open_session('%s', 'system:x', 'owner', false)".formatted(globex.id()),
                "select app_private.bound_session()",
                "select app_private.rebind(array['x'])",
                "select set_config('app.organization_id', 'x', true)")) {
            assertRefused(app, sql, Session.DENIED);
        }
    }

    @Test
    void a_dump_made_as_documented_has_no_key() throws Exception {
        String key = rows.strings("select encode(inner_pad, 'hex') from app_private.seal_key limit 1")
                .getFirst();
        assumePgDump();
        assertThat(dump()).as("otherwise this test could not fail").contains(key);
        assertThat(dump("--exclude-table-data=app_private.seal_key"))
                .contains("CREATE TABLE app_private.seal_key")
                .doesNotContain(key);
    }

    private String dump(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("pg_dump"));
        command.addAll(List.of(options));
        command.add(database.adminUrl().toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PGPASSWORD", database.adminUrl().password().orElseThrow());
        try (InputStream out = builder.start().getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// pg_dump refuses a server that is newer than itself.
    private void assumePgDump() throws Exception {
        int major = 0;
        try (InputStream out =
                new ProcessBuilder("pg_dump", "--version").start().getInputStream()) {
            Matcher version =
                    Pattern.compile("\\) (\\d+)").matcher(new String(out.readAllBytes(), StandardCharsets.UTF_8));
            major = version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            // not installed
        }
        if (major < database.major()) {
            System.err.println("SKIPPED: no pg_dump for PostgreSQL " + database.major() + " on this machine");
            Assumptions.abort("no pg_dump that is new enough");
        }
    }

    Session bound(Connection login) throws SQLException {
        Session session = Session.unbound(login);
        Token token = token(acme, owner, backend(login));
        session.keep(token.call(acme, owner, false, token.mac()));
        return session;
    }

    void assertRefused(Connection login, String sql, String sqlState) throws SQLException {
        try (Session session = Session.unbound(login)) {
            Outcome outcome = session.run(sql);
            assertThat(outcome.sqlState()).as(sql + ": " + outcome.message()).isEqualTo(sqlState);
        }
    }

    static Token token(NamedTenant tenant, String actor, String backend) {
        return Token.mint(tenant, actor, false, Instant.now().plusSeconds(30), backend);
    }

    static String backend(Connection login) throws SQLException {
        try (PreparedStatement query = login.prepareStatement(
                        "select pid || '.' || (extract(epoch from backend_start) * 1000000)::bigint"
                                + " from pg_stat_activity where pid = pg_backend_pid()");
                var result = query.executeQuery()) {
            result.next();
            return result.getString(1);
        }
    }

    private static byte[] hmac(byte[] key, String message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The token that an application mints, as in `docs/sessions.md`.
    record Token(String message, Instant expires, UUID nonce, byte[] mac) {

        static Token mint(NamedTenant tenant, String actor, boolean live, Instant until, String backend) {
            Instant expires = until.truncatedTo(ChronoUnit.MICROS);
            UUID nonce = UUID.randomUUID();
            String message = String.join(
                    "|",
                    "hedgerow-bind-v1",
                    tenant.id().toString(),
                    actor,
                    live ? "t" : "f",
                    String.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, expires)),
                    nonce.toString(),
                    backend);
            return new Token(message, expires, nonce, hmac(KEY, message));
        }

        Token later() {
            return new Token(message, expires.plusSeconds(1), nonce, mac);
        }

        Token otherNonce() {
            return new Token(message, expires, UUID.randomUUID(), mac);
        }

        String call(NamedTenant tenant, String actor, boolean live, byte[] signature) {
            return "select app.bind('%s', '%s', %s, '%s', '%s', '\\x%s')"
                    .formatted(
                            tenant.id(),
                            actor,
                            live,
                            expires,
                            nonce,
                            HexFormat.of().formatHex(signature));
        }
    }
}
