package hedgerow.server.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.settings.Configuration;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real API over a database of its own, and an agent that buys by tools:
///
/// - EUR: 100.00 for one payment, 150.00 a month, above 40.00 with an approval;
/// - USDC on a test chain: 1,000 for one payment, 3,000 a day, to one recipient;
/// - USD until yesterday, GBP from tomorrow on.
final class Buyer implements AutoCloseable {

    static final String RECIPIENT = "0x00000000000000000000000000000000000000aa";
    static final String LEAK = "SECRET-OF-SOMEBODY-ELSE";
    static final String TENANT = "(select id from app.organization where slug = 'acme')";
    static final String AGENT =
            "(select id from app.agent where name = 'Agent 1' and not livemode and organization_id = " + TENANT + ")";

    private static final String SETUP = """
        select app.bind(%1$s, 'system:test', false);
        update app.agent set capabilities = array['execute_payment', 'create_order'] where id = %2$s;
        update app.agent_limit set per_payment = 10000, per_period = 15000, requires_approval_above = 4000, spent = 0
         where agent_id = %2$s;
        insert into app.agent_limit (organization_id, livemode, agent_id, asset, currency, per_payment, per_period,
               period, requires_approval_above, allowed_recipients, allowed_chains, starts_at, ends_at, created_by)
        values (%1$s, false, %2$s, 'USDC.84532', null, 1000, 3000, 'day', 100000, array['%3$s'], array['eip155:84532'],
                null, null, 'system:test'),
               (%1$s, false, %2$s, null, 'USD', 5000, 5000, 'term', 5000, '{}', '{}', now() - interval '2 days',
                now() - interval '1 day', 'system:test'),
               (%1$s, false, %2$s, null, 'GBP', 5000, 5000, 'term', 5000, '{}', '{}', now() + interval '1 day',
                now() + interval '2 days', 'system:test');
        insert into app.payment_order (organization_id, livemode, executing_agent_id, currency, amount_minor,
               description, created_by)
        values (%1$s, false, (select id from app.agent
                               where name = 'Agent 2' and not livemode and organization_id = %1$s),
                'EUR', 777, '%4$s', 'system:test');
        with theirs as (
            insert into app.payment_order (organization_id, livemode, executing_agent_id, currency, amount_minor,
                   created_by)
            values (%1$s, false, %2$s, 'EUR', 9000, 'system:test')
            returning organization_id, livemode, id, executing_agent_id
        )
        insert into app.approval (organization_id, livemode, payment_order_id, agent_id, reason, requested_by,
               expires_at)
        select organization_id, livemode, id, executing_agent_id, 'large', 'system:test', now() + interval '1 day'
          from theirs;
        """.formatted(TENANT, AGENT, RECIPIENT, LEAK);

    private final HedgerowDatabase database;
    private final Service service;
    private final McpProtocol protocol = new McpProtocol("test");
    private final AtomicInteger ids = new AtomicInteger();
    final AgentApi api;

    Buyer(HedgerowDatabase database) {
        this.database = database;
        run("begin;" + SETUP + "commit");
        run("""
            begin;
            select app.bind(id, 'system:test', false) from app.organization where slug = 'globex';
            insert into app.payment_order (organization_id, livemode, currency, amount_minor, description, created_by)
            values (app.organization_id(), false, 'EUR', 888, '%s', 'system:test');
            commit\
            """.formatted(LEAK));
        service = Service.start(ServiceSettings.of(Configuration.of(
                Map.of(
                        "port", "0",
                        "database", database.url(Logins.APP).libpq(),
                        "demo", "true",
                        "log-requests", "false",
                        "requests-per-minute", "1000000"),
                Map.of(),
                Optional.empty())));
        api = new AgentApi(address(), key());
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + service.port());
    }

    static String key() {
        return DemoKeys.testKey("acme", "Agent");
    }

    /// The result of a tool.
    record Said(JsonNode structured, boolean isError, String text) {
        String at(String pointer) {
            return structured.at(pointer).asString("");
        }
    }

    Said call(String tool, String arguments) {
        var request = """
            {"jsonrpc": "2.0", "id": %d, "method": "tools/call", "params": {"name": "%s", "arguments": %s, "_meta": {
             "io.modelcontextprotocol/protocolVersion": "2026-07-28",
             "io.modelcontextprotocol/clientCapabilities": {}}}}\
            """.formatted(ids.incrementAndGet(), tool, arguments);
        var answer =
                new JsonMapper().readTree(protocol.answer(request, api).body().orElseThrow());
        var result = answer.path("result");
        return result.isMissingNode()
                ? new Said(answer.path("error"), true, answer.toString())
                : new Said(
                        result.path("structuredContent"), result.path("isError").asBoolean(), answer.toString());
    }

    JsonNode send(String message) {
        return new JsonMapper().readTree(protocol.answer(message, api).body().orElseThrow());
    }

    Optional<String> answer(String message) {
        return protocol.answer(message, api).body();
    }

    /// Runs SQL as the superuser.
    void run(String sql) {
        try (var connection = database.admin();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    List<String> column(String sql) {
        try (var connection = database.admin()) {
            return FirstColumn.of(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    String one(String sql) {
        var values = column(sql);
        assertThat(values).as(sql).hasSize(1);
        return values.getFirst();
    }

    /// Begins what may be executed, as the worker does; what a control refuses stays.
    void work() {
        for (var order : column("select id from app.payment_order where status = 'requires_execution' and created_by"
                + " like 'agent:%' order by id")) {
            run("""
                do $$
                begin
                    perform app.bind(%s, 'system:worker', false);
                    set local role hedgerow_worker;
                    update app.payment_order set status = 'processing' where id = '%s';
                exception when check_violation then null;
                end
                $$\
                """.formatted(TENANT, order));
        }
    }

    @Override
    public void close() {
        service.close();
    }
}
