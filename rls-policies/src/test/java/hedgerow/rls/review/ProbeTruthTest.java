package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.rls.prove.Claim;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// An outcome of the probe depends on rows of both tenants, a control, and the true state of the rows.
class ProbeTruthTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String SCHEMA = """
        create role den_app login;
        create schema den;
        grant usage on schema den to den_app;
        create table den.fenced (id uuid primary key, tenant_id uuid not null, note text);
        create table den.strict (id uuid primary key, tenant_id uuid not null);
        create table den.mute (id uuid primary key, tenant_id uuid not null);
        create table den.deletable (id uuid primary key, tenant_id uuid not null);
        create table den.addable (id uuid primary key, tenant_id uuid not null);
        create table den.published (id uuid primary key, tenant_id uuid not null,
            public boolean not null default false);
        create table den.named (id uuid primary key, tenant_id uuid not null, name text not null unique);
        create table den.kind (name text primary key);
        insert into den.kind values ('x');
        alter table den.kind add check (name = 'x');
        create sequence den.numbers;
        grant select on sequence den.numbers to den_app;
        create function den.tell() returns void language plpgsql as 'begin perform pg_notify(''den'', ''x''); end';
        select lo_create(4711);
        grant select on large object 4711 to public;
        alter table den.named enable row level security;
        create policy home on den.named using (tenant_id = nullif(current_setting('den.tenant', true), '')::uuid);
        alter table den.fenced enable row level security;
        alter table den.strict enable row level security;
        alter table den.mute enable row level security;
        alter table den.deletable enable row level security;
        alter table den.addable enable row level security;
        alter table den.published enable row level security;
        create policy home on den.fenced using (tenant_id = nullif(current_setting('den.tenant', true), '')::uuid);
        create policy home on den.strict using (tenant_id = current_setting('den.tenant')::uuid);
        create policy home on den.mute
            using (tenant_id = nullif(current_setting('den.tenant', true), '')::uuid and id is null);
        create policy home on den.deletable for select
            using (tenant_id = nullif(current_setting('den.tenant', true), '')::uuid);
        create policy anybody on den.deletable for delete using (true);
        create policy home on den.addable for select
            using (tenant_id = nullif(current_setting('den.tenant', true), '')::uuid);
        create policy anybody on den.addable for insert with check (true);
        create policy home on den.published for select
            using (tenant_id = nullif(current_setting('den.tenant', true), '')::uuid or public);
        grant select, insert, update, delete on all tables in schema den to den_app;
        revoke insert, update, delete on den.kind from den_app;
        create role den_keeper login;
        grant usage on schema den to den_keeper;
        create table den.touched (id uuid primary key, tenant_id uuid not null);
        alter table den.touched enable row level security;
        create policy home on den.touched using (tenant_id = nullif(current_setting('den.tenant', true), '')::uuid);
        create function den.touch() returns trigger language plpgsql security definer as
            'begin update den.touched set tenant_id = tenant_id where pg_trigger_depth() < 2; return null; end';
        create trigger touch after insert on den.touched for each statement execute function den.touch();
        grant delete on den.touched to den_keeper;
        """;

    private static Attempts attempts;
    private static long left;

    @BeforeAll
    static void attack() throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(SCHEMA);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            attempts = Probe.run(connection, Catalog.read(connection), settings, ProbeOptions.DEFAULTS, _ -> {});
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery("select count(*) from den.fenced")) {
                row.next();
                left = row.getLong(1);
            }
        }
    }

    @Test
    void fenced_tables_hold() {
        assertThat(outcomes("den.fenced", Claim.DISJOINT_READS)).isNotEmpty().containsOnly(Outcome.HELD);
        assertThat(outcomes("den.fenced", Claim.WRITES_STAY_HOME)).contains(Outcome.HELD);
        assertThat(outcomes("den.fenced", Claim.UNBOUND_SEES_NOTHING)).contains(Outcome.HELD);
        assertThat(leaks("den.fenced")).isEmpty();
    }

    @Test
    void rows_that_nobody_sees_could_not_be_checked() {
        assertThat(outcomes("den.mute", Claim.DISJOINT_READS)).isNotEmpty().containsOnly(Outcome.COULD_NOT_CHECK);
    }

    @Test
    void an_unexpected_error_is_no_pass() {
        assertThat(attempts.cells())
                .filteredOn(cell -> cell.object().equals("den.strict")
                        && (cell.attack().endsWith(", empty") || cell.attack().endsWith(", unset")))
                .isNotEmpty()
                .allMatch(cell -> cell.outcome() == Outcome.COULD_NOT_CHECK);
    }

    @Test
    void rows_that_are_gone_are_a_leak_of_a_blind_write() {
        assertThat(leaks("den.deletable")).containsOnly("DELETE");
    }

    @Test
    void rows_that_are_new_are_a_leak() {
        assertThat(leaks("den.addable")).containsOnly("INSERT");
    }

    @Test
    void a_row_that_a_trigger_rewrites_stays_its_owners() {
        assertThat(attempts.cells())
                .filteredOn(cell ->
                        cell.role().equals("den_keeper") && cell.object().equals("den.touched"))
                .isNotEmpty()
                .extracting(cell -> cell.outcome())
                .contains(Outcome.HELD)
                .doesNotContain(Outcome.LEAKED);
    }

    @Test
    void rows_of_each_kind_are_made() {
        assertThat(leaks("den.published")).containsOnly("SELECT");
    }

    @Test
    void facts_outside_of_all_claims_are_risks() {
        assertThat(attempts.risks())
                .containsExactlyInAnyOrder(
                        "den_app learns by a unique key of den.named (name) that another tenant has a value.",
                        "den_app becomes another tenant half-way through a query. Revoke EXECUTE on"
                                + " pg_catalog.set_config, and take one statement at a time; or seal the session.",
                        "den_app reads sequence den.numbers, and how much all tenants drew from it.",
                        "den.tell() notifies, and every login of the database may listen.",
                        "Large objects (1) are open to everybody, for no policy binds them.");
    }

    @Test
    void rows_that_all_share_may_be_there_already() {
        assertThat(attempts.gaps()).isEmpty();
    }

    @Test
    void nothing_is_left_behind() {
        assertThat(left).isZero();
    }

    private static List<Outcome> outcomes(String object, Claim claim) {
        return attempts.cells().stream()
                .filter(cell -> cell.object().equals(object) && cell.claim() == claim)
                .map(cell -> cell.outcome())
                .toList();
    }

    private static List<String> leaks(String object) {
        return attempts.cells().stream()
                .filter(cell -> cell.object().equals(object) && cell.outcome() == Outcome.LEAKED)
                .map(cell -> cell.gate())
                .distinct()
                .toList();
    }
}
