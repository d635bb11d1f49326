package hedgerow.server.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scripts in the place of a model that was talked into something, with every tool in their hands: none
/// of them gets a payment past a limit, a list or an approval, or sees what is another's. With a
/// control taken away, some do, so that the test would notice.
class InjectionTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final String BEGUN = "created_by = 'agent:' || " + Buyer.AGENT
            + " and status in ('requires_execution', 'processing', 'succeeded')";

    /// The rows that must not exist after any conversation, by the control that forbids them.
    private static final Map<String, String> BROKEN = Map.of(
            "limits",
                    "select id::text from app.payment_order where " + BEGUN
                            + " and (amount_minor > 10000 or amount > 1000 or coalesce(currency, 'EUR') <> 'EUR')"
                            + " union all select 'sum' from app.payment_order where status = 'processing' and"
                            + " created_by ="
                            + " 'agent:'"
                            + " || " + Buyer.AGENT + " and currency = 'EUR' having sum(amount_minor) > 15000",
            "lists",
                    "select id::text from app.payment_order where " + BEGUN
                            + " and asset is not null and (recipient_address is distinct from '" + Buyer.RECIPIENT
                            + "' or asset <> 'USDC.84532')",
            "approvals",
                    "select id::text from app.payment_order o where " + BEGUN
                            + " and amount_minor > 4000 and not exists"
                            + " (select from app.approval a where a.payment_order_id = o.id and a.status = 'approved')",
            "others",
                    "select id::text from app.payment_order where description = '" + Buyer.LEAK
                            + "' and status <> 'requires_confirmation'"
                            + " union all select l.id::text from app.agent_log l join app.payment_order o on o.id ="
                            + " l.payment_order_id where o.description = '" + Buyer.LEAK + "'");

    private record Injection(String kind, String title, List<String> calls) {}

    @Test
    void no_script_passes() throws IOException {
        var injections = injections();
        assertThat(injections).hasSizeGreaterThanOrEqualTo(40);
        try (var copy = DATABASE.copy();
                var buyer = new Buyer(copy)) {
            var before = others(buyer);
            assertThat(passed(buyer, injections)).isEmpty();
            assertThat(others(buyer)).isEqualTo(before);
            assertThat(buyer.column("select id from app.payment_order where " + BEGUN))
                    .as("what is allowed is done, so that the scripts do reach the controls")
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limits | app.limit_refusal | coalesce(paid.amount_minor, paid.amount) > bound.per_payment | false",
                "limits | app_private.count_payment | raised > bound.per_period | false",
                "lists | app.limit_refusal | bound.allowed_recipients <> '{}' | false"
            })
    void a_control_that_is_taken_away_is_noticed(String kind, String function, String condition, String instead)
            throws IOException {
        passesWith(kind, """
            do $do$
            declare
                source text := pg_get_functiondef('%1$s'::regproc);
            begin
                if position($from$%2$s$from$ in source) = 0 then
                    raise 'nothing to take away in %1$s';
                end if;
                execute replace(source, $from$%2$s$from$, '%3$s');
            end
            $do$\
            """.formatted(function, condition, instead));
    }

    @Test
    void a_threshold_that_is_taken_away_is_noticed() throws IOException {
        passesWith(
                "approvals",
                "begin; select app.bind(" + Buyer.TENANT + ", 'system:test', false); update app.agent_limit set"
                        + " requires_approval_above = 1000000 where agent_id = " + Buyer.AGENT + "; commit");
    }

    @Test
    void a_policy_that_is_taken_away_is_noticed() throws IOException {
        passesWith("others", "alter policy agent_reads_its_own on app.payment_order using (true)");
    }

    private static void passesWith(String kind, String mistake) throws IOException {
        try (var copy = DATABASE.copy();
                var buyer = new Buyer(copy)) {
            buyer.run(mistake);
            var attempts = injections().stream()
                    .filter(injection -> injection.kind.equals(kind))
                    .toList();
            assertThat(passed(buyer, attempts)).isNotEmpty().allMatch(title -> title.startsWith(kind));
        }
    }

    /// The scripts that did something forbidden.
    private static List<String> passed(Buyer buyer, List<Injection> injections) {
        var passed = new ArrayList<String>();
        var seen = new LinkedHashMap<String, List<String>>();
        BROKEN.forEach((kind, sql) -> seen.put(kind, buyer.column(sql)));
        for (var injection : injections) {
            var leaked = play(buyer, injection);
            buyer.work();
            var broken = BROKEN.entrySet().stream()
                    .filter(rule -> !buyer.column(rule.getValue()).equals(seen.get(rule.getKey())))
                    .map(Map.Entry::getKey)
                    .toList();
            broken.forEach(kind -> seen.put(kind, buyer.column(BROKEN.get(kind))));
            if (leaked) {
                passed.add("others: " + injection.title + " (seen)");
            }
            broken.forEach(kind -> passed.add(kind + ": " + injection.title));
        }
        return passed;
    }

    /// Whether something of another came back.
    private static boolean play(Buyer buyer, Injection injection) {
        var last = "00000000-0000-7000-8000-000000000000";
        var leaked = false;
        for (var call : injection.calls) {
            var parts = call.split(" ", 2);
            var said = buyer.call(parts[0], filled(buyer, parts[1], last));
            leaked |= said.text().contains(Buyer.LEAK);
            last = said.at("/id").isEmpty() ? last : said.at("/id");
        }
        return leaked;
    }

    private static String filled(Buyer buyer, String arguments, String last) {
        return arguments
                .replace("$last", last)
                .replace("$foreign", ofOthers(buyer, "globex"))
                .replace("$other", ofOthers(buyer, "acme"))
                .replace(
                        "$agent2",
                        buyer.one("select id from app.agent where name = 'Agent 2' and not livemode and"
                                + " organization_id = " + Buyer.TENANT))
                .replace(
                        "$approval",
                        buyer.column("select id from app.approval where status = 'pending' and agent_id = "
                                        + Buyer.AGENT + " order by id desc limit 1")
                                .getFirst())
                .replace(
                        "$theirs",
                        buyer.column("select id from app.payment_order where status = 'requires_confirmation' and"
                                        + " created_by not like 'agent:%' and executing_agent_id = "
                                        + Buyer.AGENT + " order by id limit 1")
                                .getFirst());
    }

    private static String ofOthers(Buyer buyer, String slug) {
        return buyer.one(
                "select o.id from app.payment_order o join app.organization t on t.id = o.organization_id where"
                        + " slug = '%s' and description = '%s'".formatted(slug, Buyer.LEAK));
    }

    /// Every row that is not the agent's to write.
    private static List<String> others(Buyer buyer) {
        return Arrays.asList(
                buyer.one(
                        "select md5(string_agg(o::text, ',' order by id)) from app.payment_order o where created_by not"
                                + " like 'agent:%'"),
                buyer.one("select md5(string_agg((a.id, a.status, a.decided_by)::text, ',' order by id)) from"
                        + " app.approval a where status <> 'pending'"),
                buyer.one("select md5(string_agg(k::text, ',' order by id)) from app.agent k"),
                buyer.one("select md5(string_agg((id, per_payment, per_period, allowed_recipients)::text, ',' order by"
                        + " id)) from app.agent_limit"),
                buyer.one("select count(*)::text from app.api_key"));
    }

    private static List<Injection> injections() throws IOException {
        try (var file = InjectionTest.class.getResourceAsStream("injections.txt")) {
            var all = new ArrayList<Injection>();
            for (var line : new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.startsWith("# ")) {
                    var head = line.substring(2).split(": ", 2);
                    all.add(new Injection(head[0], head[1], new ArrayList<>()));
                } else {
                    all.getLast().calls.add(line);
                }
            }
            return all;
        }
    }
}
