package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Random statements find leaks through branches that no listed attack enters, each by the oracle that is made for it.
class ProbeFuzzTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final int STATEMENTS = 20_000;

    /// `rare` shows late orders of a certain amount, `lost` rows that are nobody's, `late` counts everybody's orders,
    /// `odd` opens at a condition that is unknown, and `gone` may be deleted where two columns are so.
    private static final String SCHEMA = """
        create role fuzz_app login;
        create role fuzz_owner bypassrls;
        create schema fuzz;
        grant usage on schema fuzz to fuzz_app, fuzz_owner;
        create function fuzz.tenant() returns uuid language sql stable
            as $$ select nullif(current_setting('fuzz.tenant', true), '')::uuid $$;
        create table fuzz.fenced (id int primary key, tenant_id uuid not null, status text, amount int, public boolean);
        create table fuzz.child (id int primary key, tenant_id uuid not null, fenced_id int references fuzz.fenced,
            note text);
        create table fuzz.rare (id int primary key, tenant_id uuid not null, status text, amount int);
        create table fuzz.lost (id int primary key, tenant_id uuid, status text, amount int not null);
        create table fuzz.odd (id int primary key, tenant_id uuid not null, status text);
        create table fuzz.gone (id int primary key, tenant_id uuid not null, status text, amount int not null);
        create view fuzz.late as
            select count(*) as orders from fuzz.fenced where status like '%%5' and (amount %% 3 = 1 or public);
        alter view fuzz.late owner to fuzz_owner;
        grant select on fuzz.fenced to fuzz_owner;
        do $do$ declare t text; begin
            foreach t in array array['fenced', 'child', 'rare', 'lost', 'odd', 'gone'] loop
                execute format('alter table fuzz.%%I enable row level security', t);
                if t in ('fenced', 'child') then
                    execute format('create policy home on fuzz.%%I using (tenant_id = fuzz.tenant())', t);
                end if;
            end loop;
        end $do$;
        create policy home on fuzz.rare
            using (tenant_id = fuzz.tenant() or (status < 'v3' and amount %% 3 = 1))
            with check (tenant_id = fuzz.tenant());
        create policy home on fuzz.lost
            using (tenant_id = fuzz.tenant() or (tenant_id is null and length(status) > 1 and amount > 40))
            with check (tenant_id = fuzz.tenant());
        create policy home on fuzz.odd
            using (tenant_id = fuzz.tenant() or current_query() like '%%) is null%%')
            with check (tenant_id = fuzz.tenant());
        create policy home on fuzz.gone for select using (tenant_id = fuzz.tenant());
        create policy also on fuzz.gone for delete
            using (tenant_id = fuzz.tenant() or (length(status) > 1 and amount > 40));
        grant select, insert, update, delete on all tables in schema fuzz to fuzz_app;
        revoke update, insert, delete on fuzz.late from fuzz_app;
        revoke select on fuzz.child from fuzz_app;
        grant select (id, tenant_id, fenced_id, note) on fuzz.child to fuzz_app;
        """.formatted();

    private static Attempts listed;
    private static Attempts random;

    @BeforeAll
    static void attack() throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(SCHEMA);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            var catalog = Catalog.read(connection);
            listed = Probe.run(connection, catalog, settings, ProbeOptions.DEFAULTS, _ -> {});
            random = Probe.run(connection, catalog, settings, ProbeOptions.DEFAULTS.fuzzing(STATEMENTS, 1), _ -> {});
        }
        if (Boolean.getBoolean("hedgerow.show")) {
            random.cells().forEach(System.out::println);
            random.gaps().forEach(System.out::println);
        }
    }

    @Test
    void a_query_is_held_to_its_twin() {
        assertThat(leaks("fuzz twin")).contains("fuzz.rare", "fuzz.lost");
    }

    @Test
    void answers_are_insensitive_to_the_other_tenant() {
        assertThat(leaks("fuzz insensitivity")).contains("fuzz.late").doesNotContain("fuzz.lost", "fuzz.odd");
    }

    @Test
    void the_rows_of_a_query_are_those_of_its_parts() {
        assertThat(leaks("fuzz partition")).containsExactly("fuzz.odd");
        assertThat(leaks("fuzz twin")).doesNotContain("fuzz.odd");
    }

    @Test
    void writes_leave_the_rows_of_others() {
        assertThat(leaks("fuzz write")).contains("fuzz.gone").doesNotContain("fuzz.fenced", "fuzz.child");
    }

    @Test
    void what_is_fenced_is_held() {
        assertThat(random.cells())
                .filteredOn(cell -> List.of("fuzz.fenced", "fuzz.child").contains(cell.object()))
                .hasSizeGreaterThan(10)
                .allMatch(cell -> cell.outcome() == Outcome.HELD);
    }

    @Test
    void the_listed_attacks_miss_these_branches() {
        assertThat(listed.cells())
                .filteredOn(cell -> cell.outcome() == Outcome.LEAKED)
                .extracting(Attempt::object)
                .doesNotContain("fuzz.rare", "fuzz.odd", "fuzz.gone");
    }

    private static List<String> leaks(String attack) {
        return random.cells().stream()
                .filter(cell -> cell.attack().equals(attack) && cell.outcome() == Outcome.LEAKED)
                .map(Attempt::object)
                .distinct()
                .toList();
    }
}
