package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Leaks that only rows or tenants of a certain kind show: the probe makes these.
class ProbeReachesTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String SCHEMA = """
        create role far_app login;
        create schema far;
        grant usage on schema far to far_app;
        create function far.tenant() returns uuid stable return nullif(current_setting('far.tenant', true), '')::uuid;
        create function far.make(name text, columns text) returns void language plpgsql as $$ begin
            execute format('create table far.%I (id uuid, tenant_id uuid not null %s)', name, columns);
            execute format('alter table far.%I enable row level security', name);
            execute format('create policy home on far.%I for select using (tenant_id = far.tenant())', name);
            execute format('grant select, insert, update on far.%I to far_app', name);
        end $$;
        select far.make(name, ', primary key (id)') from (values ('hashed'), ('moved'), ('lost')) t (name);
        select far.make(name, columns) from (values ('small', ', grade int not null default 7'),
            ('early', ', grade text collate "C" not null default ''b'''),
            ('late', ', note text, primary key (id) deferrable'), ('sale', ', amount int not null')) t (name, columns);

        create policy adds on far.hashed for insert
            with check (hashtext(tenant_id::text) % 4 = hashtext(far.tenant()::text) % 4);

        create function far.give() returns trigger language plpgsql as $$ begin
            new.tenant_id := 'a0000000-0000-4000-8000-000000000001'; return new; end $$;
        create trigger give before insert or update on far.moved for each row execute function far.give();

        create function far.lose() returns trigger language plpgsql as $$ begin
            new.tenant_id := null; return new; end $$;
        create trigger lose before insert or update on far.lost for each row execute function far.lose();

        create policy low on far.small for select using (grade < 3);
        create policy low on far.early for select using (grade < 'a');

        create policy changes on far.late for update using (tenant_id = far.tenant());
        create policy adds on far.late for insert with check (tenant_id = far.tenant());

        create materialized view far.daily as select tenant_id, sum(amount) as amount from far.sale group by tenant_id;
        create function far.of_the_day() returns bigint stable security definer language sql
            set search_path = pg_catalog, pg_temp as $$ select sum(d.amount) from far.daily d $$;
        """;

    private static Attempts attempts;

    @BeforeAll
    static void attack() throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(SCHEMA);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            attempts = Probe.run(connection, Catalog.read(connection), settings, ProbeOptions.DEFAULTS, _ -> {});
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        far.hashed       | writes-stay-home | leaked
        far.moved        | disjoint-reads   | held
        far.lost         | disjoint-reads   | held
        far.small        | disjoint-reads   | leaked
        far.early        | disjoint-reads   | leaked
        far.late         | writes-stay-home | held
        far.of_the_day() | disjoint-reads   | leaked
        """)
    void a_place_is_reached(String object, String claim, String outcome) {
        assertThat(attempts.gaps()).isEmpty();
        var outcomes = attempts.cells().stream()
                .filter(cell ->
                        cell.object().equals(object) && cell.claim().id().equals(claim))
                .map(cell -> cell.outcome().id())
                .toList();
        assertThat(outcomes).contains(outcome);
        if (outcome.equals("held")) {
            assertThat(outcomes).containsOnly("held");
        }
    }
}
