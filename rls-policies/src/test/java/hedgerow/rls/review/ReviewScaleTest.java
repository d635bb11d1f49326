package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Reviews 5,000 tables, 20,000 policies and 1,000 roles, and measures how time grows on the way there.
/// Only with `-Dscale`.
@EnabledIfSystemProperty(named = "scale", matches = ".*")
class ReviewScaleTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final int TABLES = 5_000;
    private static final int ROLES = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long MEMORY = 1L << 30;
    private static final int SLOWEST = 15;

    /// Logins in groups of ten, and groups in one another.
    private static final String MAKE_ROLES = """
        do $$ begin
            for i in 1..%d loop
                execute format('create role scale_%%s %%s', i, case when i %% 10 = 0 then 'nologin' else 'login' end);
                if i > 10 then
                    execute format('grant scale_%%s to scale_%%s', (i - 1) / 10 * 10, i);
                end if;
            end loop;
        end $$
        """;

    private static final String MAKE_TABLES = """
        do $$ begin
            for i in %d..%d loop
                execute format('create table app.t%%1$s (tenant_id uuid not null,'
                    ' id bigint generated always as identity, parent bigint, email text, note text, amount numeric,'
                    ' created_at timestamptz default now(),'
                    ' primary key (tenant_id, id))', i);
                execute format('alter table app.t%%s enable row level security', i);
                execute format('alter table app.t%%s force row level security', i);
                execute format('grant select, insert, update, delete on app.t%%s to scale_%%s, scale_%%s', i,
                    i %% 1000 + 1, i * 7 %% 1000 + 1);
                execute format('create policy fence on app.t%%s as restrictive'
                    ' using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)', i);
                execute format('create policy reads on app.t%%s for select to scale_%%s'
                    ' using (tenant_id = app.tenant())', i, i %% 1000 + 1);
                execute format('create policy writes on app.t%%s for insert with check (tenant_id = app.tenant())', i);
                execute format('create policy changes on app.t%%s for update'
                    ' using (tenant_id in (select tenant_id from app.member where user_name = current_user))', i);
                if i %% 100 = 0 then commit; end if;
            end loop;
        end $$
        """;

    @AfterAll
    static void dropRoles() throws SQLException {
        try (var connection = DATABASE.admin()) {
            for (var i = 1; i <= ROLES; i++) {
                execute(connection, "drop owned by scale_%1$d; drop role scale_%1$d".formatted(i));
            }
        }
    }

    @Test
    void a_large_database_is_reviewed_in_time_and_memory() throws SQLException {
        try (var connection = DATABASE.admin()) {
            execute(connection, MAKE_ROLES.formatted(ROLES));
            execute(connection, """
                create schema app;
                create function app.tenant() returns uuid language sql stable
                    return nullif(current_setting('app.tenant_id', true), '')::uuid;
                create table app.member (tenant_id uuid not null, user_name text, primary key (tenant_id, user_name));
                """);
            var made = 0;
            for (var tables : new int[] {TABLES / 4, TABLES / 2, TABLES}) {
                execute(connection, MAKE_TABLES.formatted(made + 1, tables));
                execute(connection, "analyze pg_class, pg_attribute, pg_policy, pg_depend");
                made = tables;
                measure(connection, tables);
            }
        }
    }

    private static void measure(Connection connection, int tables) throws SQLException {
        ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
        var clock = new Clock();
        var begun = Instant.now();
        var review = new Reviewer(RuleCatalog.load(), Config.NONE, page -> true)
                .review(connection, Origin.live("scale"), clock)
                .review();
        var taken = Duration.between(begun, Instant.now());
        var memory = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        System.out.printf(
                "%d tables: %d ms, %d MB, %d findings%n",
                tables, taken.toMillis(), memory >> 20, review.findings().size());
        clock.print();
        assertThat(review.gaps()).isEmpty();
        assertThat(taken).isLessThan(LIMIT);
        assertThat(memory).isLessThan(MEMORY);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Measures the duration of each step.
    private static final class Clock implements Progress {

        private final Map<String, Duration> steps = new LinkedHashMap<>();
        private String step = "";
        private Instant begun = Instant.now();

        @Override
        public void at(String what, int done, int total) {
            var now = Instant.now();
            steps.put(step, Duration.between(begun, now));
            step = what;
            begun = now;
        }

        void print() {
            steps.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .limit(SLOWEST)
                    .forEach(entry ->
                            System.out.printf("  %6d ms  %s%n", entry.getValue().toMillis(), entry.getKey()));
        }
    }
}
