package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.probe.Probe;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The probe with a bug in one of its own pieces judges some table wrongly: each bug is compiled in, and seen.
class SeededProbeBugsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final Path SOURCES = Path.of("src/main/java");
    private static final String PACKAGE = "hedgerow.rls.probe.";

    /// Tables whose names state who can read them; `mute` shows nothing to anybody, and `strict` fails for
    /// whoever is nobody.
    private static final String SCHEMA = """
        create role bug_app login;
        create role bug_job login;
        alter role bug_job set bug.everything = 'b6d767d2f8ed5d21a44b0e5886680cb9';
        create schema bug;
        grant usage on schema bug to bug_app, bug_job;
        create table bug.fenced (id uuid primary key, tenant_id uuid not null, note text);
        create table bug.mute (id uuid primary key, tenant_id uuid not null);
        create table bug.strict (id uuid primary key, tenant_id uuid not null);
        create table bug.deleted (id uuid primary key, tenant_id uuid not null);
        create table bug.published (id uuid primary key, tenant_id uuid not null,
            public boolean not null default false);
        create table bug.stored (id uuid primary key, tenant_id uuid not null);
        create table bug.cased (id uuid primary key, tenant text not null);
        create table bug.odd (id int primary key check (id > 1 and id < 1), tenant_id uuid not null);
        do $do$ declare t text; begin
            foreach t in array array['fenced', 'mute', 'strict', 'deleted', 'published', 'stored', 'cased', 'odd'] loop
                execute format('alter table bug.%I enable row level security', t);
                execute format('grant select, delete on bug.%I to bug_app', t);
            end loop;
        end $do$;
        grant select on bug.stored to bug_job;
        revoke all on bug.stored from bug_app;
        create policy home on bug.fenced using (tenant_id = nullif(current_setting('bug.tenant', true), '')::uuid);
        create policy home on bug.mute
            using (tenant_id = nullif(current_setting('bug.tenant', true), '')::uuid and id is null);
        create policy home on bug.strict using (tenant_id = current_setting('bug.tenant')::uuid);
        create policy home on bug.deleted for select
            using (tenant_id = nullif(current_setting('bug.tenant', true), '')::uuid);
        create policy anybody on bug.deleted for delete using (true);
        create policy home on bug.published for select
            using (tenant_id = nullif(current_setting('bug.tenant', true), '')::uuid or public);
        create policy home on bug.stored using (tenant_id = nullif(current_setting('bug.tenant', true), '')::uuid
            or current_setting('bug.everything', true) = md5('bug'));
        create policy home on bug.cased using (lower(tenant) = lower(current_setting('bug.name', true)));
        create policy home on bug.odd using (tenant_id = nullif(current_setting('bug.tenant', true), '')::uuid);
        """.replace("b6d767d2f8ed5d21a44b0e5886680cb9", md5("bug"));

    /// Outcomes by object, claim and gate, as the schema has them.
    private static final Map<String, List<String>> TRUE = Map.of(
            "bug.fenced DISJOINT_READS SELECT", List.of("HELD"),
            "bug.fenced WRITES_STAY_HOME DELETE", List.of("HELD"),
            "bug.mute DISJOINT_READS SELECT", List.of("COULD_NOT_CHECK"),
            "bug.deleted WRITES_STAY_HOME DELETE", List.of("HELD", "LEAKED"),
            "bug.published DISJOINT_READS SELECT", List.of("LEAKED"),
            "bug.stored DISJOINT_READS SELECT", List.of("LEAKED"),
            "bug.cased DISJOINT_READS SELECT", List.of("LEAKED"),
            "bug.cased WRITES_STAY_HOME DELETE", List.of("LEAKED"),
            "bug.odd DISJOINT_READS SELECT", List.of("COULD_NOT_CHECK"),
            "bug.strict UNBOUND_SEES_NOTHING SELECT", List.of("COULD_NOT_CHECK"));

    private static Connection connection;
    private static Scratch scratch;
    private static Catalog catalog;
    private static Settings settings;

    @TempDir
    private Path classes;

    @BeforeAll
    static void load() throws SQLException {
        connection = DATABASE.admin();
        scratch = new Scratch(connection);
        scratch.load(SCHEMA);
        settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
        catalog = Catalog.read(connection);
    }

    @AfterAll
    static void close() throws Exception {
        scratch.close();
        connection.close();
    }

    @Test
    void the_probe_itself_judges_rightly() throws Exception {
        assertThat(outcomes(Probe.class)).isEqualTo(new TreeMap<>(TRUE));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', textBlock = """
        a control is skipped ~ Results ~ control.map(why -> attempt( ~ Optional.<String>empty().map(why -> attempt(
        an error counts as held ~ Look ~ map(Results.Try.Error::new) ~ map(_ -> new Results.Try.Quiet())
        rows of one kind are not made ~ Seeds ~ variants.stream().limit(MOST_VARIANTS) ~ variants.stream().limit(0)
        the wrong login attacks ~ Entry ~ actor.login().quoted()) ~ "bug_app")
        stored settings are forgotten ~ Entry ~ settings(actor.stored()), ~ Stream.<String>of(),
        ownership is read as attacker ~ Strike ~ arena.becomeOneself(); ~ arena.execute("select 1");
        near rows are not attacked ~ Party ~ return this == FOREIGN || this == NEAR; ~ return this == FOREIGN;
        near tenants are not near ~ GroupValues ~ case NEAR -> List.of("A_B"); ~ case NEAR -> List.of("near");
        the other tenant has no rows ~ Raid ~ plant(Party.FOREIGN, settled); ~ plant(Party.SHARED, settled);
        """)
    void a_bug_in_the_probe_is_seen(String bug, String piece, String from, String to) throws Exception {
        var mutated = compiled(piece, from, to);
        assertThat(outcomes(mutated)).as(bug).isNotEqualTo(new TreeMap<>(TRUE));
    }

    // --- a probe with a bug --------------------------------------------------------------------------------------

    private Class<?> compiled(String piece, String from, String to) throws Exception {
        var source = SOURCES.resolve(PACKAGE.replace('.', '/')).resolve(piece + ".java");
        var text = Files.readString(source);
        assertThat(text).contains(from);
        var file = Files.writeString(classes.resolve(piece + ".java"), text.replace(from, to));
        var compiler = ToolProvider.getSystemJavaCompiler();
        var path = System.getProperty("java.class.path");
        var status = compiler.run(
                null, null, null, "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", path, file.toString());
        assertThat(status).as("javac of " + piece).isZero();
        return new Own(classes).loadClass(PACKAGE + "Probe");
    }

    /// Loads the package of the probe anew, with what was compiled in place of what was built.
    private static final class Own extends ClassLoader {

        private final Path changed;

        Own(Path changed) {
            super(Probe.class.getClassLoader());
            this.changed = changed;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                var known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                var file = name.replace('.', '/') + ".class";
                try {
                    var bytes = Files.exists(changed.resolve(file))
                            ? Files.readAllBytes(changed.resolve(file))
                            : built(file);
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        private byte[] built(String file) throws IOException {
            try (var in = getParent().getResourceAsStream(file)) {
                return in.readAllBytes();
            }
        }
    }

    // --- what it finds -------------------------------------------------------------------------------------------

    private static TreeMap<String, List<String>> outcomes(Class<?> probe) throws Exception {
        var options = Class.forName(PACKAGE + "ProbeOptions", true, probe.getClassLoader());
        var run = probe.getMethod("run", Connection.class, Catalog.class, Settings.class, options, Consumer.class);
        Consumer<String> progress = _ -> {};
        var attempts = run.invoke(
                null,
                connection,
                catalog,
                settings,
                options.getField("DEFAULTS").get(null),
                progress);
        var found = new TreeMap<String, TreeSet<String>>();
        for (var cell : (List<?>) component(attempts, "cells")) {
            var place =
                    "%s %s %s".formatted(component(cell, "object"), component(cell, "claim"), component(cell, "gate"));
            if (TRUE.containsKey(place)) {
                found.computeIfAbsent(place, _ -> new TreeSet<>())
                        .add(component(cell, "outcome").toString());
            }
        }
        var outcomes = new TreeMap<String, List<String>>();
        found.forEach((place, all) -> outcomes.put(place, List.copyOf(all)));
        return outcomes;
    }

    private static Object component(Object record, String name) throws Exception {
        var component = Arrays.stream(record.getClass().getRecordComponents())
                .filter(each -> each.getName().equals(name))
                .findFirst();
        return Optional.of(component.orElseThrow())
                .map(RecordComponent::getAccessor)
                .orElseThrow()
                .invoke(record);
    }

    private static String md5(String text) {
        try {
            var digest = java.security.MessageDigest.getInstance("MD5").digest(text.getBytes());
            return java.util.HexFormat.of().formatHex(digest);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
