package hedgerow.rls.bind;

import static hedgerow.rls.bind.Notes.ELM;
import static hedgerow.rls.bind.Notes.OAK;
import static hedgerow.rls.bind.Notes.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The tenant in scope does not reach other threads by itself, and reaches them exactly by [Tenant#wrap].
class ScopeTest {

    private static final String TENANTS = "select distinct tenant from notes.note";
    private static final String REFUSAL = "No tenant is in scope.";

    @RegisterExtension
    static final Notes NOTES = new Notes();

    private static HikariDataSource pool;
    private static TenantDataSource tenants;

    private ExecutorService threads;

    @BeforeAll
    static void open() {
        var config = new HikariConfig();
        config.setDataSource(NOTES.wire().dataSource());
        config.setMaximumPoolSize(4);
        pool = new HikariDataSource(config);
        tenants = TenantDataSource.over(pool, Notes.CALL);
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    @BeforeEach
    void startThreads() {
        threads = Executors.newFixedThreadPool(2);
    }

    @AfterEach
    void stopThreads() {
        threads.close();
    }

    private static List<String> visible() throws SQLException {
        try (var connection = tenants.getConnection()) {
            return strings(connection, TENANTS);
        }
    }

    private static List<String> visibleUnchecked() {
        try {
            return visible();
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    // Executors

    @Test
    void a_task_of_an_executor_has_no_tenant_and_gets_no_connection() {
        OAK.run(() -> assertThatThrownBy(
                        () -> threads.submit(ScopeTest::visible).get())
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining(REFUSAL));
    }

    @Test
    void a_wrapped_task_runs_for_the_tenant_in_whose_scope_it_was_wrapped() throws Exception {
        Callable<List<String>> ofOak = OAK.call(() -> Tenant.wrap(ScopeTest::visible));
        assertThat(threads.submit(ofOak).get()).containsExactly("oak");
        assertThat(ELM.<List<String>, Exception>call(ofOak::call)).containsExactly("oak");
        var done = new CompletableFuture<List<String>>();
        Runnable ofElm = ELM.call(() -> Tenant.wrap(() -> {
            done.complete(visibleUnchecked());
        }));
        threads.execute(ofElm);
        assertThat(done.get()).containsExactly("elm");
    }

    @Test
    void a_task_wrapped_outside_of_any_scope_has_no_tenant_in_the_scope_of_another() throws Exception {
        Callable<List<String>> ofNobody = Tenant.wrap(ScopeTest::visible);
        OAK.run(() -> assertThatThrownBy(ofNobody::call)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(REFUSAL));
    }

    @Test
    void a_wrapped_executor_runs_each_task_for_the_tenant_that_handed_it_over() throws Exception {
        try (var wrapped = Tenant.wrap(threads)) {
            var ofOak = OAK.call(() -> wrapped.submit(ScopeTest::visible));
            var ofElm = ELM.call(() -> wrapped.submit(ScopeTest::visible));
            assertThat(ofOak.get()).containsExactly("oak");
            assertThat(ofElm.get()).containsExactly("elm");
            Callable<List<String>> task = ScopeTest::visible;
            var all = OAK.<List<List<String>>, Exception>call(() -> wrapped.invokeAll(List.of(task, task)).stream()
                    .map(ScopeTest::result)
                    .toList());
            assertThat(all).containsExactly(List.of("oak"), List.of("oak"));
            assertThatThrownBy(() -> wrapped.submit(ScopeTest::visible).get()).hasMessageContaining(REFUSAL);
        }
        assertThat(threads.isTerminated()).as("closed with what wraps it").isTrue();
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    // Futures and streams

    @Test
    void a_completable_future_has_no_tenant_unless_its_executor_is_wrapped() {
        Executor wrapped = Tenant.wrap((Executor) threads);
        OAK.run(() -> {
            assertThatThrownBy(() -> CompletableFuture.supplyAsync(ScopeTest::visibleUnchecked, threads)
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining(REFUSAL);
            assertThat(CompletableFuture.supplyAsync(ScopeTest::visibleUnchecked, wrapped)
                            .join())
                    .containsExactly("oak");
        });
    }

    /// The calling thread takes part in the work, and it alone has a tenant.
    @Test
    void a_parallel_stream_fails_unless_each_element_names_the_tenant() throws Exception {
        try (var pool = new ForkJoinPool(2)) {
            var unnamed = pool.submit(() -> OAK.call(() -> onTwoThreads(ScopeTest::visibleUnchecked)));
            assertThatThrownBy(unnamed::get).hasStackTraceContaining(REFUSAL);
            var named = pool.submit(() -> OAK.call(() -> {
                var tenant = Tenant.current().orElseThrow();
                return onTwoThreads(() -> tenant.call(ScopeTest::visibleUnchecked));
            }));
            assertThat(named.get()).containsExactly(List.of("oak"), List.of("oak"));
        }
    }

    private static <T> List<T> onTwoThreads(Supplier<T> code) {
        var both = new CyclicBarrier(2);
        return IntStream.range(0, 2)
                .parallel()
                .mapToObj(i -> {
                    await(both);
                    return code.get();
                })
                .toList();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    // jOOQ

    @Test
    void jooq_reads_and_writes_for_the_tenant_in_scope() {
        var jooq = jooq(threads);
        for (var tenant : List.of(OAK, ELM)) {
            tenant.run(() -> {
                assertThat(tenantsOf(jooq)).containsExactly(tenant.id());
                jooq.transaction(inside -> {
                    assertThat(inside.dsl().execute("insert into notes.note (title) values ('From jOOQ')"))
                            .isEqualTo(1);
                    assertThat(tenantsOf(inside.dsl())).containsExactly(tenant.id());
                });
                assertThat(jooq.execute("delete from notes.note where title = 'From jOOQ'"))
                        .isEqualTo(1);
            });
        }
        assertThatThrownBy(() -> tenantsOf(jooq)).hasStackTraceContaining(REFUSAL);
    }

    @Test
    void jooq_has_no_tenant_on_its_own_threads_unless_their_executor_is_wrapped() {
        OAK.run(() -> {
            assertThatThrownBy(() -> later(jooq(threads))).hasStackTraceContaining(REFUSAL);
            assertThat(later(jooq(Tenant.wrap(threads)))).containsExactly("oak");
        });
    }

    private static DSLContext jooq(Executor executor) {
        var configuration = new DefaultConfiguration();
        configuration.set(SQLDialect.POSTGRES).set(tenants).set(() -> executor);
        return DSL.using(configuration);
    }

    private static List<String> tenantsOf(DSLContext jooq) {
        return jooq.fetch(TENANTS).getValues(0, String.class);
    }

    private static List<String> later(DSLContext jooq) {
        return jooq.resultQuery(TENANTS)
                .fetchAsync()
                .toCompletableFuture()
                .join()
                .getValues(0, String.class);
    }

    // Tenants without an actor

    @Test
    void a_tenant_is_an_id_where_only_that_is_bound() throws SQLException {
        var call = BindCall.variable("notes.tenant");
        assertThat(Tenant.of("oak")).isEqualTo(new Tenant("oak", "", false));
        try (var connection = TenantDataSource.over(pool, call).getConnection(Tenant.of("oak"))) {
            assertThat(strings(connection, TENANTS)).containsExactly("oak");
        }
        var id = UUID.randomUUID();
        assertThat(Tenant.of(id)).isEqualTo(Tenant.of(id.toString()));
        assertThatThrownBy(() -> Tenant.of("")).hasMessageContaining("Tenant.none()");
    }

    // Variables

    @Test
    void a_variable_may_have_capitals_and_keywords_in_its_name() throws SQLException {
        for (var name : List.of("Notes.Tenant", "NOTES.TENANT", "notes.tenant")) {
            var renamed = TenantDataSource.over(pool, BindCall.variables(name, "Notes.User"));
            try (var connection = renamed.getConnection(OAK)) {
                assertThat(strings(connection, TENANTS)).containsExactly("oak");
                assertThat(strings(connection, "select current_setting('notes.user')"))
                        .containsExactly("ann");
                assertThatThrownBy(() -> strings(connection, "set local notes.TENANT = 'elm'"))
                        .hasMessageContaining("notes.tenant");
            }
            try (var connection = renamed.getConnection(Tenant.none())) {
                assertThat(strings(connection, TENANTS)).isEmpty();
                assertThat(strings(connection, "select current_setting('notes.user')"))
                        .containsExactly("");
            }
        }
    }
}
