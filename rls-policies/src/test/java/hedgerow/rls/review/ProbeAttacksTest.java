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
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// For each attack a table that leaks by it and by no weaker one, and the same table mended.
class ProbeAttacksTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// Table `x_mended` is `x` with one thing changed.
    private static final String SCHEMA = """
        create role att_app login;
        create role att_owner bypassrls;
        create schema att;
        grant usage on schema att to att_app, att_owner;
        create function att.tenant() returns uuid language sql stable
            as $$ select nullif(current_setting('att.tenant', true), '')::uuid $$;
        create function att.frozen() returns uuid language plpgsql immutable
            as $$ begin return nullif(current_setting('att.tenant', true), '')::uuid; end $$;
        create function att.make(name text, columns text) returns void language plpgsql as $$ begin
            execute format('create table att.%I (id uuid primary key, tenant_id uuid not null %s)',
                name, columns);
            execute format('alter table att.%I enable row level security', name);
        end $$;
        select att.make(name || mended, ', note text, more text, most text')
          from (values ('updates'), ('deletes'), ('inserts'), ('moves'),
            ('truncates'), ('prepares'), ('unset')) t (name), (values (''), ('_mended')) m (mended);
        do $do$ declare t text; begin
            foreach t in array array['updates', 'deletes', 'inserts', 'moves', 'truncates', 'unset'] loop
                execute format('create policy home on att.%I_mended using (tenant_id = att.tenant())', t);
                execute format('create policy home on att.%I for select using (tenant_id = att.tenant())', t);
                execute format('grant select, insert, update, delete on att.%I, att.%I_mended to att_app', t, t);
            end loop;
        end $do$;
        revoke update on att.updates from att_app;
        grant update (note, more) on att.updates to att_app;
        create policy anybody on att.updates for update using (true);
        create policy anybody on att.deletes for delete using (true);
        create policy anybody on att.inserts for insert with check (true);
        create policy own on att.moves for update using (tenant_id = att.tenant()) with check (true);
        grant truncate on att.truncates to att_app;
        create policy own on att.unset using (tenant_id = att.tenant() or current_setting('att.tenant', true) = '');
        create policy home on att.prepares using (tenant_id = att.frozen());
        create policy home on att.prepares_mended using (tenant_id = att.tenant());
        grant select on att.prepares, att.prepares_mended to att_app;

        create table att.parent (id uuid not null unique, tenant_id uuid not null, primary key (tenant_id, id));
        alter table att.parent enable row level security;
        create policy home on att.parent using (tenant_id = att.tenant());
        grant select, insert, delete on att.parent to att_app;
        create table att.refers (id uuid primary key, tenant_id uuid not null,
            parent_id uuid references att.parent (id));
        create table att.refers_mended (id uuid primary key, tenant_id uuid not null, parent_id uuid,
            foreign key (tenant_id, parent_id) references att.parent);
        alter table att.refers enable row level security;
        alter table att.refers_mended enable row level security;
        create policy home on att.refers using (tenant_id = att.tenant());
        create policy home on att.refers_mended using (tenant_id = att.tenant());
        grant select, insert on att.refers, att.refers_mended to att_app;

        create table att.hidden (id uuid primary key, tenant_id uuid not null, note text not null);
        alter table att.hidden enable row level security;
        create policy home on att.hidden using (tenant_id = att.tenant());
        grant select on att.hidden to att_owner;
        create view att.leaky as select id, tenant_id, note from att.hidden where tenant_id = att.tenant();
        create view att.leaky_mended with (security_barrier) as
            select id, tenant_id, note from att.hidden where tenant_id = att.tenant();
        alter view att.leaky owner to att_owner;
        alter view att.leaky_mended owner to att_owner;
        grant select on att.leaky, att.leaky_mended to att_app;
        create function att.calls(wanted uuid) returns setof att.hidden language sql security definer
            set search_path = pg_catalog as $$ select * from att.hidden where id = wanted $$;
        create function att.calls_mended(wanted uuid) returns setof att.hidden language sql security definer
            set search_path = pg_catalog as
            $$ select * from att.hidden where id = wanted and tenant_id = att.tenant() $$;
        alter function att.calls(uuid) owner to att_owner;
        alter function att.calls_mended(uuid) owner to att_owner;
        """;

    private static Attempts attempts;
    private static Attempts mended;

    @BeforeAll
    static void attack() throws SQLException {
        attempts = attempts("");
        mended = attempts("revoke execute on function pg_catalog.set_config(text, text, boolean) from public");
        if (Boolean.getBoolean("hedgerow.show")) {
            attempts.cells().stream()
                    .filter(cell -> cell.outcome() != Outcome.HELD)
                    .forEach(System.out::println);
            attempts.gaps().forEach(System.out::println);
            attempts.risks().forEach(System.out::println);
            mended.risks().forEach(System.out::println);
        }
    }

    private static Attempts attempts(String more) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(Corpus.USUAL_GRANTS);
            scratch.load(SCHEMA + more);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            return Probe.run(connection, Catalog.read(connection), settings, ProbeOptions.DEFAULTS, _ -> {});
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        att.updates   | blind update, prepared by the other
        att.deletes   | blind delete
        att.inserts   | insert, merge
        att.moves     | move
        att.truncates | truncate
        att.prepares  | prepared by the other
        att.refers    | reference by insert
        att.leaky     | leaky predicate
        """)
    void a_table_leaks_by_an_attack_and_by_none_that_asks_for_less(String object, String attacks) {
        assertThat(leaks(object)).allSatisfy(attack -> assertThat(attacks).contains(attack.split(", ")[0]));
        assertThat(leaks(object)).contains(attacks.split(", "));
        assertThat(leaks(object + "_mended")).isEmpty();
        assertThat(attempts.cells())
                .filteredOn(cell -> cell.object().equals(object + "_mended")
                        && Set.of(attacks.split(", ")).contains(cell.attack()))
                .allMatch(cell -> cell.outcome() == Outcome.HELD);
    }

    @Test
    void a_function_leaks_by_a_call_with_the_keys_of_the_other_tenant() {
        assertThat(leaks("att.calls(uuid)")).contains("call");
        assertThat(leaks("att.calls_mended(uuid)")).isEmpty();
    }

    @Test
    void a_session_whose_variable_is_empty_is_attacked() {
        assertThat(leaks("att.unset")).isNotEmpty().allMatch(attack -> attack.endsWith(", empty"));
        assertThat(leaks("att.unset_mended")).isEmpty();
    }

    @Test
    void a_query_that_becomes_another_tenant_half_way_is_a_risk() {
        assertThat(attempts.risks()).anyMatch(risk -> risk.startsWith("att_app becomes another tenant half-way"));
        assertThat(mended.risks()).noneMatch(risk -> risk.contains("half-way"));
    }

    private static Set<String> leaks(String object) {
        return attempts.cells().stream()
                .filter(cell -> cell.object().equals(object) && cell.outcome() == Outcome.LEAKED)
                .map(Attempt::attack)
                .collect(Collectors.toSet());
    }
}
