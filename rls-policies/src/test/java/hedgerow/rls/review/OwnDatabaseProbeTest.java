package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.rls.probe.Theatre;
import hedgerow.sql.HedgerowDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Attacks the payments system's own database as every role, in plain mode.
class OwnDatabaseProbeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final String STATE = "a trigger requires a state of the row that no seeded row is in";
    private static final String TAKEN = "a trigger or key admits one such row of a tenant, which exists";
    private static final String RANK = "the policy admits actors and states that no seeded session and row combine";

    /// Places for which no attack has a control, with the reason: by role, object and gate.
    private static final Map<String, String> UNCHECKED = Map.ofEntries(
            Map.entry("hedgerow_app app.agent INSERT", TAKEN),
            Map.entry("hedgerow_app app.agent_limit INSERT", TAKEN),
            Map.entry("hedgerow_app app.approval UPDATE", RANK),
            Map.entry("hedgerow_app app.chain_transaction UPDATE", RANK),
            Map.entry("hedgerow_app app.customer_payment_method INSERT", STATE),
            Map.entry("hedgerow_app app.customer_payment_method UPDATE", RANK),
            Map.entry("hedgerow_app app.deposit UPDATE", RANK),
            Map.entry("hedgerow_app app.invitation INSERT", TAKEN),
            Map.entry("hedgerow_app app.outbox_event INSERT", RANK),
            Map.entry("hedgerow_app app.price_tier INSERT", TAKEN),
            Map.entry("hedgerow_app app.provider_request UPDATE", RANK),
            Map.entry("hedgerow_app app.refund INSERT", STATE),
            Map.entry("hedgerow_app app.refund UPDATE", RANK),
            Map.entry("hedgerow_app app.test_clock UPDATE", RANK),
            Map.entry("hedgerow_app app.webhook_delivery UPDATE", RANK),
            Map.entry("hedgerow_app app.webhook_endpoint INSERT", RANK),
            Map.entry("hedgerow_worker app.customer_payment_method INSERT", STATE),
            Map.entry("hedgerow_worker app.deposit UPDATE", RANK),
            Map.entry("hedgerow_worker app.deposit_request UPDATE", RANK),
            Map.entry("hedgerow_worker app.idempotency_key DELETE", RANK),
            Map.entry("hedgerow_worker app.invitation UPDATE", RANK),
            Map.entry("hedgerow_worker app.ledger_entry INSERT", TAKEN),
            Map.entry("hedgerow_worker app.mail UPDATE", STATE),
            Map.entry("hedgerow_worker app.outbox_event DELETE", RANK),
            Map.entry("hedgerow_worker app.payment_attempt INSERT", STATE),
            Map.entry("hedgerow_worker app.subscription_period INSERT", TAKEN),
            Map.entry("hedgerow_worker app.subscription_period UPDATE", RANK),
            Map.entry("hedgerow_worker app.wallet UPDATE", RANK),
            Map.entry("hedgerow_worker app.webhook_endpoint UPDATE", RANK));

    private static Attempts attempts;

    @BeforeAll
    static void attack() throws SQLException {
        var start = System.nanoTime();
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            var rules = RuleCatalog.load();
            var settings = new SettingsReader(connection, rules).read(Config.NONE);
            var config = Config.read(Path.of("policies", "hedgerow.yaml"), rules);
            var found = found(connection, settings);
            attempts = AcceptedProofs.apply(config, found, LocalDate.now());
        }
        System.out.printf(
                "own database: %d attacks in %d s%n",
                attempts.cells().size(), (System.nanoTime() - start) / 1_000_000_000);
        if (Boolean.getBoolean("hedgerow.show")) {
            attempts.cells().stream()
                    .filter(cell -> cell.outcome() != Outcome.HELD)
                    .forEach(System.out::println);
            attempts.gaps().forEach(System.out::println);
        }
    }

    /// Attacks two copies of the database at the same time.
    private static Attempts found(Connection connection, Settings settings) throws SQLException {
        try (var copy = DATABASE.copy();
                var other = copy.admin()) {
            other.setAutoCommit(false);
            var theatres = Stream.of(connection, other)
                    .map(stage -> new Theatre(stage, Optional.empty()))
                    .toList();
            return Probe.run(theatres, Catalog.read(connection), settings, ProbeOptions.DEFAULTS, _ -> {});
        }
    }

    @Test
    void whatever_leaks_is_accepted_by_name() {
        assertThat(attempts.cells()).filteredOn(Attempt::isOpen).isEmpty();
    }

    @Test
    void every_table_has_rows_of_both_tenants() {
        assertThat(attempts.gaps()).isEmpty();
    }

    @Test
    void each_privilege_is_attacked_with_a_control_except_where_a_reason_is_known() {
        var places = attempts.cells().stream().collect(Collectors.groupingBy(OwnDatabaseProbeTest::place));
        var unchecked = new TreeSet<String>();
        places.forEach((place, cells) -> {
            if (cells.stream().allMatch(cell -> cell.outcome() == Outcome.COULD_NOT_CHECK)) {
                unchecked.add(place);
            }
        });
        assertThat(unchecked).isSubsetOf(UNCHECKED.keySet());
        assertThat(places.size() - unchecked.size()).isGreaterThan(140);
    }

    private static String place(Attempt cell) {
        return "%s %s %s".formatted(cell.role(), cell.object(), cell.gate());
    }
}
