package hedgerow.server.work;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One tenant with very many events delays nobody else: counted by turns, not by time.
///
/// `-Dhedgerow.fairness=1000000` gives the one a million events, and counts 999 others.
class FairnessTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final int EVENTS = Integer.getInteger("hedgerow.fairness", 8_000);
    private static final int OTHERS = EVENTS < 1_000_000 ? 99 : 999;
    private static final int EVENTS_OF_A_TURN = 200;
    private static final int AT_ONCE = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(EVENTS < 1_000_000 ? 2 : 60);
    private static final UUID BIG = new UUID(0x7000, 0x8000_0000_0000_0000L);

    private static final String TENANTS = """
        insert into app.organization (id, slug, name, country, default_currency)
        select ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'fair-' || i, 'Fair ' || i, 'DE', 'EUR'
          from generate_series(0, %d) i
        """;

    private static final String MISTAKEN = """
        do $$ begin
            execute replace(pg_get_functiondef('app.end_turn'::regproc), 'greatest(next_due, moment)',
                            'moment - interval ''1 hour''');
        end $$
        """;

    /// A script with one transaction for each tenant, the big one's first.
    private static final String MADE = """
        begin;
        select app.bind('%1$s', 'system:test', false);
        insert into app.outbox_event (organization_id, livemode, type, subject_type, subject_id, payload)
        select '%1$s', false, 'x.made', 'x', gen_random_uuid(), '{}' from generate_series(1, %2$d);
        commit
        """;

    @Test
    void the_turns_of_all_others_come_before_the_big_ones_next_but_few() throws SQLException {
        try (var copy = DATABASE.copy();
                var admin = copy.admin()) {
            assertThat(turnsOfTheBigOne(copy, admin)).isLessThanOrEqualTo(5).isLessThan(EVENTS / EVENTS_OF_A_TURN);
            assertThat(FirstColumn.of(
                            admin,
                            "select 1 + max(sequence) - min(sequence) - count(*) from app.outbox_event"
                                    + " where organization_id = '" + BIG + "' and sequence is not null"))
                    .containsExactly("0");
        }
    }

    /// A broken worker that ends a turn with more to do stays in front.
    @Test
    void a_turn_that_keeps_its_place_is_seen() throws SQLException {
        try (var copy = DATABASE.copy();
                var admin = copy.admin()) {
            execute(admin, MISTAKEN);
            assertThat(turnsOfTheBigOne(copy, admin)).isGreaterThan(5);
        }
    }

    /// The number of turns that the big tenant had before every other one had its first.
    private static long turnsOfTheBigOne(HedgerowDatabase database, Connection admin) throws SQLException {
        execute(admin, "alter table app.organization disable trigger audit; " + TENANTS.formatted(OTHERS));
        execute(admin, "delete from app_private.wake; delete from app_private.turn");
        for (var i = 0; i <= OTHERS; i++) {
            var tenant = new UUID(BIG.getMostSignificantBits(), BIG.getLeastSignificantBits() + i);
            execute(admin, MADE.formatted(tenant, i == 0 ? EVENTS : 1));
        }
        List<UUID> turns = new CopyOnWriteArrayList<>();
        try (var pool = new HikariDataSource()) {
            pool.setDataSource(database.dataSource(Logins.WORKER));
            pool.setMaximumPoolSize(4);
            var publishing = new Publishing(Database.over(TenantDataSource.over(pool, BindCall.plain())));
            Job counted = tenant -> {
                turns.add(tenant.organization());
                return publishing.run(tenant);
            };
            try (var _ = Worker.start(
                    Database.over(pool),
                    Map.of("publish", counted),
                    Duration.ofMinutes(1),
                    new SimpleMeterRegistry(),
                    AT_ONCE)) {
                Eventually.holds(
                        "all others had a turn",
                        PATIENCE,
                        () -> turns.stream().distinct().count() == OTHERS + 1);
            }
        }
        var all = List.copyOf(turns);
        var last =
                all.stream().distinct().map(all::indexOf).max(Integer::compare).orElseThrow();
        return all.subList(0, last).stream().filter(BIG::equals).count();
    }

    private static void execute(Connection admin, String sql) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }
}
