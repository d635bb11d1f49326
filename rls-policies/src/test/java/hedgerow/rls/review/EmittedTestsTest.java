package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// Runs the tests that the probe writes, on their schema and on mutants of it.
class EmittedTestsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String URL_PROPERTY = "hedgerow.test.url";
    private static final String ROLES =
            "create role till_app login; create role till_clerk nologin;" + " grant till_clerk to till_app;";

    private static final String SCHEMA = """
        create schema shop;
        grant usage on schema shop to till_app, till_clerk;
        create function shop.tenant() returns uuid language sql stable
            return nullif(current_setting('shop.tenant', true), '')::uuid;
        create table shop.customer (id bigint generated always as identity primary key, tenant_id uuid not null,
            email text not null, note text default 'it''s "quoted" \\ ', unique (tenant_id, id));
        create table shop.invoice (id uuid primary key default gen_random_uuid(), tenant_id uuid not null,
            customer_id bigint not null, total numeric not null check (total > 0), paid boolean not null default false,
            foreign key (tenant_id, customer_id) references shop.customer (tenant_id, id));
        create table shop.line (id uuid primary key, tenant_id uuid not null, invoice_id uuid not null
            references shop.invoice, label text not null);
        create table shop.draft (id uuid primary key, tenant_id uuid, body text);
        alter table shop.customer enable row level security;
        alter table shop.invoice enable row level security;
        alter table shop.line enable row level security;
        alter table shop.draft enable row level security;
        create policy home on shop.customer using (tenant_id = shop.tenant());
        create policy home on shop.invoice using (tenant_id = shop.tenant());
        create policy see on shop.line for select using (tenant_id = shop.tenant());
        create policy add on shop.line for insert with check (tenant_id = shop.tenant()
            and exists (select from shop.invoice i where i.id = invoice_id));
        create policy change on shop.line for update using (tenant_id = shop.tenant())
            with check (tenant_id = shop.tenant() and exists (select from shop.invoice i where i.id = invoice_id));
        create policy remove on shop.line for delete using (tenant_id = shop.tenant());
        create policy all_of_it on shop.draft using (true);
        create policy fence on shop.draft as restrictive using (tenant_id = shop.tenant());
        create view shop.unpaid with (security_invoker = true) as select * from shop.invoice where not paid;
        grant select, insert, update, delete on all tables in schema shop to till_app, till_clerk;
        """;

    /// Mutants, each of which leaks.
    private static final Map<String, String> OF_TABLES = Map.of(
            "no row security", "alter table %1$s disable row level security",
            "one policy more", "create policy extra on %1$s using (true)",
            "may be truncated", "grant truncate on %1$s to till_clerk",
            "everything to read", "create policy extra on %1$s for select using (true)",
            "everything to delete", "create policy extra on %1$s for delete using (true)",
            "anything to add", "create policy extra on %1$s for insert with check (true)");

    private static final Map<String, String> OF_POLICIES = Map.of(
            "using true", "alter policy %2$s on %1$s using (true)",
            "not null is enough", "alter policy %2$s on %1$s using (tenant_id is not null)",
            "open to nobody", "alter policy %2$s on %1$s using (coalesce(tenant_id = shop.tenant(), true))",
            "the other way round", "alter policy %2$s on %1$s using (tenant_id <> shop.tenant())");

    @TempDir
    private static Path folder;

    private static Attempts attempts;

    @BeforeAll
    static void probe() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            execute(connection, ROLES + SCHEMA);
            attempts = attack(connection);
            connection.rollback();
            connection.setAutoCommit(true);
            execute(connection, ROLES);
        }
    }

    @AfterAll
    static void forget() throws SQLException {
        System.clearProperty(URL_PROPERTY);
        try (var connection = DATABASE.admin()) {
            execute(connection, "drop role till_app, till_clerk");
        }
    }

    private static Attempts attack(Connection connection) throws SQLException {
        var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
        var usual = ProbeOptions.DEFAULTS;
        // The cluster may have roles of other databases.
        var options = new ProbeOptions(
                usual.claims(), Set.of("till_app"), usual.roles(), usual.objects(), usual.timeout(), usual.seed(), 0);
        return Probe.run(connection, Catalog.read(connection), settings, options, _ -> {});
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void tests_pass_on_their_schema_and_fail_on_mutants_that_leak() throws Exception {
        assertThat(attempts.cells()).noneMatch(cell -> cell.outcome() == Outcome.LEAKED);
        assertThat(attempts.held().size()).isGreaterThan(100);
        var test = compiled();
        try (var copy = DATABASE.copy();
                var connection = copy.admin()) {
            System.setProperty(URL_PROPERTY, copy.adminUrl().jdbc());
            execute(connection, SCHEMA);
            var passing = run(test);
            assertThat(passing.getTotalFailureCount()).isZero();
            assertThat(passing.getTestsSucceededCount())
                    .isEqualTo(attempts.held().size());
            var survived = new ArrayList<String>();
            for (var mutant : mutants().entrySet()) {
                execute(connection, mutant.getValue());
                if (run(test).getTotalFailureCount() == 0) {
                    survived.add(mutant.getKey());
                }
                execute(connection, "drop schema shop cascade;" + SCHEMA);
            }
            System.out.printf("%d mutants, %d survive: %s%n", mutants().size(), survived.size(), survived);
            assertThat(survived.size())
                    .as(survived.toString())
                    .isLessThanOrEqualTo(mutants().size() / 20);
        }
    }

    private static Map<String, String> mutants() {
        var mutants = new LinkedHashMap<String, String>();
        for (var table : List.of("customer", "line")) {
            OF_TABLES.forEach(
                    (name, sql) -> mutants.put("%s: %s".formatted(table, name), sql.formatted("shop." + table)));
        }
        var policies = Map.of("shop.invoice", "home", "shop.line", "remove", "shop.draft", "fence");
        policies.forEach((table, policy) -> OF_POLICIES.forEach(
                (name, sql) -> mutants.put("%s %s: %s".formatted(table, policy, name), sql.formatted(table, policy))));
        mutants.put("no fence", "drop policy fence on shop.draft");
        mutants.put("anything to add to line", "alter policy add on shop.line with check (true)");
        mutants.put("any invoice", "alter policy add on shop.line with check (tenant_id = shop.tenant())");
        mutants.put("a view of its owner", "alter view shop.unpaid set (security_invoker = false)");
        return mutants;
    }

    // --- JUnit ---------------------------------------------------------------------------------------------------

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoring) {
            return text;
        }
    }

    private static Class<?> compiled() throws IOException, ReflectiveOperationException {
        var text = new StringWriter();
        attempts.held().writeJUnit5("TenantsTest", text);
        JavaFileObject source = new Source("TenantsTest", text.toString());
        var messages = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        var options = List.of("--release", "17", "-Xlint:all", "-Werror", "-proc:none", "-d", folder.toString());
        var done = compiler.getTask(messages, null, null, options, null, List.of(source))
                .call();
        assertThat(done).as(messages.toString()).isTrue();
        var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, EmittedTestsTest.class.getClassLoader());
        return loader.loadClass("TenantsTest");
    }

    private static TestExecutionSummary run(Class<?> test) {
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(test))
                                .build(),
                        listener);
        return listener.getSummary();
    }

    // --- pgTAP ---------------------------------------------------------------------------------------------------

    @Test
    void pgtap_passes_on_the_schema_and_fails_on_mutants_that_leak() throws Exception {
        assumeThat(DebianPostgres.missing())
                .as("PostgreSQL 15 and pgTAP of Debian: install postgresql-15-pgtap and postgresql-15")
                .isEmpty();
        attempts.held().writePgTap(folder.resolve("pgtap"));
        var tests = Files.readString(folder.resolve("pgtap").resolve("tenants_1.sql"));
        try (var server = DebianPostgres.start()) {
            server.run("create extension pgtap; " + ROLES + SCHEMA);
            var passing = server.run(tests);
            assertThat(passing).contains("1.." + attempts.held().size()).contains("\nok 1 - ");
            assertThat(passing).doesNotContain("not ok").doesNotContain("ERROR").doesNotContain("# Looks like");
            var survived = new ArrayList<String>();
            for (var mutant : mutants().entrySet()) {
                assertThat(server.run(mutant.getValue() + ";")).doesNotContain("ERROR");
                if (!server.run(tests).contains("\nnot ok")) {
                    survived.add(mutant.getKey());
                }
                server.run("drop schema shop cascade;" + SCHEMA);
            }
            System.out.printf("pgTAP: %d mutants, %d survive: %s%n", mutants().size(), survived.size(), survived);
            assertThat(survived).hasSizeLessThanOrEqualTo(mutants().size() / 20);
        }
    }
}
