package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Verdicts that the corpus does not reach.
class ProverTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String CLUB = """
        create role club_owner nologin;
        create role club_app login;
        create schema club authorization club_owner;
        grant usage on schema club to club_app;
        set local role club_owner;
        create function club.person() returns uuid stable
            return nullif(current_setting('club.person', true), '')::uuid;
        create table club.member (club_id uuid not null, person_id uuid not null, primary key (club_id, person_id));
        create table club.diary (club_id uuid not null, id uuid not null, entry text, primary key (club_id, id));
        create table club.contact (club_id uuid not null, id uuid not null, phone text, primary key (club_id, id));
        alter table club.member enable row level security;
        alter table club.member force row level security;
        alter table club.diary enable row level security;
        alter table club.diary force row level security;
        create policy self on club.member for select using (person_id = (select club.person()));
        create policy members on club.diary
            using (club_id in (select m.club_id from club.member m where m.person_id = (select club.person())));
        grant select on club.member, club.diary to club_app;
        """;

    private static final String PHONES = """
        create function club.phones() returns setof text stable security definer language sql
            set search_path = pg_catalog, pg_temp as 'select phone from club.contact';
        """;

    @Test
    void a_function_that_shows_a_private_table_proves_nothing() throws SQLException {
        assertThat(cells(CLUB + PHONES + "reset role", ProveOptions.DEFAULTS))
                .filteredOn(cell -> cell.kind() == Cell.Kind.FUNCTION && cell.claim() == Claim.DISJOINT_READS)
                .isNotEmpty()
                .noneMatch(cell -> cell.verdict() instanceof Verdict.Proved);
    }

    private static final String SHOP = """
        create role shop_owner nologin;
        create role shop_app login;
        create schema shop authorization shop_owner;
        grant usage on schema shop to shop_app;
        set local role shop_owner;
        create table shop.bill (tenant_id uuid not null, id uuid not null, total int, primary key (tenant_id, id));
        create table shop.kind (name text primary key);
        alter table shop.bill enable row level security;
        create policy tenant on shop.bill to shop_app
            using (tenant_id = nullif(current_setting('shop.tenant', true), '')::uuid);
        grant select, insert, update on shop.bill to shop_app;
        """;

    private static final String THROUGH_ANOTHER = """
        create function shop.all_bills() returns setof shop.bill stable language plpgsql
            set search_path = pg_catalog, pg_temp as 'begin return query select * from shop.bill; end';
        create function shop.totals() returns setof int stable security definer language sql
            set search_path = pg_catalog, pg_temp as 'select total from shop.all_bills()';
        """;

    private static final String MOVED_AWAY = """
        create function shop.give(bill_id uuid, other uuid) returns void security definer language sql
            set search_path = pg_catalog, pg_temp
            as $$
                update shop.bill set tenant_id = other
                 where id = bill_id and tenant_id = nullif(current_setting('shop.tenant', true), '')::uuid
            $$;
        """;

    private static final String FILTERED_VIEW = """
        create view shop.known_bill as
            select * from shop.bill where total in (select length(name) from shop.kind);
        grant insert, update, delete on shop.known_bill to shop_app;
        """;

    @Test
    void a_function_that_another_calls_is_not_passed_over() throws SQLException {
        assertOpen(THROUGH_ANOTHER, Claim.DISJOINT_READS, "shop.totals()");
    }

    @Test
    void the_row_that_an_update_leaves_is_not_passed_over() throws SQLException {
        assertOpen(MOVED_AWAY, Claim.WRITES_STAY_HOME, "shop.give(uuid, uuid)");
    }

    /// A bill that is read on every way, and returned on the last alone.
    private static final String RETURNED_LATER = """
        create function shop.note(short boolean) returns text stable security definer language plpgsql
            set search_path = pg_catalog, pg_temp as $$
            declare total text;
            begin
                select b.total::text into total from shop.bill b limit 1;
                if short then return 'none'; end if;
                return total;
            end $$;
        """;

    @Test
    void a_row_that_is_returned_on_another_way_is_not_passed_over() throws SQLException {
        assertOpen(RETURNED_LATER, Claim.DISJOINT_READS, "shop.note(boolean)");
    }

    /// A bill that a trigger reads on every way, and copies into the new row on the last alone.
    private static final String COPIED_LATER = """
        create table shop.memo (tenant_id uuid not null, id uuid not null, text text, primary key (tenant_id, id));
        alter table shop.memo enable row level security;
        create policy tenant on shop.memo to shop_app
            using (tenant_id = nullif(current_setting('shop.tenant', true), '')::uuid);
        grant insert, select on shop.memo to shop_app;
        create function shop.fill() returns trigger security definer language plpgsql
            set search_path = pg_catalog, pg_temp as $$
            declare total text;
            begin
                select b.total::text into total from shop.bill b limit 1;
                if new.text is not null then return new; end if;
                new.text := total;
                return new;
            end $$;
        create trigger fill before insert on shop.memo for each row execute function shop.fill();
        """;

    @Test
    void a_row_that_a_trigger_copies_on_another_way_is_not_passed_over() throws SQLException {
        assertOpen(COPIED_LATER, Claim.DISJOINT_READS, "fill on shop.memo");
    }

    @Test
    void a_view_that_can_be_written_is_not_passed_over() throws SQLException {
        assertOpen(FILTERED_VIEW, Claim.WRITES_STAY_HOME, "shop.known_bill");
    }

    /// A schema in which a session without `shop.first` and with `shop.second` belongs to a tenant, and
    /// sees every row.
    private static final String TWO_DOCUMENTS = """
        create table shop.letter (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id));
        alter table shop.letter enable row level security;
        create policy tenant on shop.letter to shop_app
            using (tenant_id = (coalesce(nullif(current_setting('shop.first', true), ''),
                                         nullif(current_setting('shop.second', true), ''))::jsonb ->> 'tenant')::uuid);
        create policy clerks on shop.letter to shop_app
            using (nullif(current_setting('shop.first', true), '')::jsonb ->> 'tenant' is null
                   and nullif(current_setting('shop.second', true), '')::jsonb ->> 'clerk' = 'yes');
        grant select on shop.letter to shop_app;
        """;

    @Test
    void two_documents_are_not_taken_for_one() throws SQLException {
        assertOpen(TWO_DOCUMENTS, Claim.DISJOINT_READS, "shop.letter");
    }

    /// A function that counts for everybody but the login under review. Its body is stored as a tree.
    private static final String FOR_THE_OWNER_ALONE = """
        create function shop.for_the_owner() returns bigint stable security definer
            return (select count(*) from shop.bill b where session_user <> 'shop_app');
        """;

    @Test
    void a_leak_is_played_by_the_login_itself() throws SQLException {
        var asked = new ProveOptions(
                Set.of(Claim.DISJOINT_READS),
                Set.of(),
                Set.of("shop.for_the_owner()"),
                Duration.ofSeconds(5),
                false,
                Optional.empty());
        assertThat(cells(SHOP + FOR_THE_OWNER_ALONE + "reset role", asked))
                .isNotEmpty()
                .noneMatch(cell -> cell.verdict() instanceof Verdict.Refuted);
    }

    /// Tables that are open to everybody, in which it takes some care to place a row.
    private static final String HARD_TO_FILL = """
        create table shop.payer (tenant_id uuid not null, id int primary key, email text not null default '' unique);
        create table shop.charge (tenant_id uuid not null, id serial primary key, payer int not null
            references shop.payer, approver int not null references shop.payer);
        create table shop.account (tenant_id uuid not null, id uuid primary key,
            personal boolean not null default false, slug text, amount int not null default 0, currency text,
            check (personal and slug is null or not personal and slug is not null),
            check (currency in ('EUR', 'USD') or amount < 0 and currency is null));
        create table shop.offer (tenant_id uuid not null, id uuid primary key, ends_at date not null,
            open boolean not null default false, check (open and ends_at is not null));
        create table shop.event (tenant_id uuid not null, day date not null, region text not null)
            partition by list (region);
        create table shop.event_eu partition of shop.event for values in ('eu') partition by range (day);
        create table shop.event_eu_2024 partition of shop.event_eu for values from ('2024-01-01') to ('2025-01-01');
        do $$ declare each regclass; begin
            foreach each in array '{shop.payer, shop.charge, shop.account, shop.offer, shop.event,
                shop.event_eu_2024}'::regclass[]
            loop
                execute format('alter table %s enable row level security', each);
                execute format('create policy home on %s to shop_app using (tenant_id'
                    ' = nullif(current_setting(''shop.tenant'', true), '''')::uuid or true)', each);
                execute format('grant select, insert, update, delete on %s to shop_app', each);
            end loop;
        end $$;
        """;

    @Test
    void a_leak_is_seen_wherever_a_row_can_be() throws SQLException {
        var tables =
                Set.of("shop.payer", "shop.charge", "shop.account", "shop.offer", "shop.event", "shop.event_eu_2024");
        var asked = new ProveOptions(
                Set.of(Claim.DISJOINT_READS, Claim.WRITES_STAY_HOME),
                Set.of(),
                tables,
                Duration.ofSeconds(5),
                false,
                Optional.empty());
        assertThat(cells(SHOP + HARD_TO_FILL + "reset role", asked))
                .hasSizeGreaterThan(20)
                .allSatisfy(cell -> assertThat(cell.verdict())
                        .as(cell.toString())
                        .isInstanceOfSatisfying(
                                Verdict.Refuted.class,
                                refuted -> assertThat(refuted.leak().seen()).isTrue()));
    }

    /// Six triggers that fire one another for ever; the ways through them do not end.
    private static final String CASCADE = """
        create role shop_app;
        create schema shop; grant usage on schema shop to shop_app;
        do $$ declare own int; begin
            for own in 1..6 loop
                execute format('create table shop.step%1$s (tenant_id uuid not null, left_over int)', own);
                execute format('create function shop.pass%1$s() returns trigger language plpgsql security definer'
                    ' set search_path = pg_catalog as %2$L', own, 'begin ' || (select string_agg(format(
                    'if new.left_over > %1$s then insert into shop.step%1$s values (new.tenant_id, new.left_over - 1);'
                    ' end if;', other), ' ') from generate_series(1, 6) other where other <> own)
                    || ' return null; end');
                execute format('create trigger pass after insert on shop.step%1$s for each row'
                    ' execute function shop.pass%1$s()', own);
                execute format('alter table shop.step%1$s enable row level security', own);
                execute format('create policy home on shop.step%1$s to shop_app using (tenant_id'
                    ' = nullif(current_setting(''app.tenant'', true), '''')::uuid)', own);
                execute format('grant select on shop.step%1$s to shop_app', own);
            end loop; end $$;
        create function shop.start(steps int) returns void language sql security definer set search_path = pg_catalog
            begin atomic insert into shop.step1
                values (nullif(current_setting('app.tenant', true), '')::uuid, steps); end;
        """;

    @Test
    void triggers_without_end_are_asked_about_within_bounds() throws SQLException {
        var asked = new ProveOptions(
                Set.of(Claim.WRITES_STAY_HOME),
                Set.of(),
                Set.of("shop.start(integer)"),
                Duration.ofSeconds(5),
                false,
                Optional.empty());
        assertThat(cells(CASCADE, asked))
                .extracting(Cell::verdict)
                .anySatisfy(verdict -> assertThat(verdict)
                        .isInstanceOfSatisfying(
                                Verdict.Unknown.class,
                                unknown -> assertThat(unknown.reasons())
                                        .anyMatch(reason -> reason.contains("more than 64 statements"))));
    }

    @Test
    void of_triggers_without_end_the_first_are_followed() throws SQLException {
        var asked = new ProveOptions(
                Set.of(Claim.WRITES_STAY_HOME),
                Set.of(),
                Set.of("shop.start(integer)"),
                Duration.ofSeconds(5),
                false,
                Optional.empty());
        var spilling = """
            create table shop.spilt (tenant_id uuid not null);
            alter table shop.spilt enable row level security;
            create policy home on shop.spilt to shop_app using (tenant_id
                = nullif(current_setting('app.tenant', true), '')::uuid);
            grant select on shop.spilt to shop_app;
            create function shop.spill() returns trigger language plpgsql security definer set search_path = pg_catalog
                as $$ begin insert into shop.spilt values ('b0000000-0000-4000-8000-000000000002'); return null; end $$;
            create trigger spill after insert on shop.step1 for each row execute function shop.spill();
            """;
        assertThat(cells(CASCADE.replace("create function shop.start", spilling + "create function shop.start"), asked))
                .filteredOn(cell -> cell.gate().contains("shop.spilt"))
                .extracting(cell -> cell.verdict().id())
                .containsExactly("refuted");
    }

    /// Functions of an extension that computes are written in C, which nobody reads, and set nothing.
    @Test
    void an_extension_that_computes_sets_no_identity() throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(SHOP + "reset role; create extension pg_trgm schema shop");
            var proofs = Scratch.prove(connection, Config.NONE);
            assertThat(proofs.assumptions()).isNotEmpty().noneMatch(line -> line.contains("trgm"));
        }
    }

    /// Asserts that the claim about the object was checked, and is not called proved.
    private static void assertOpen(String script, Claim claim, String object) throws SQLException {
        var asked = new ProveOptions(
                Set.of(claim), Set.of(), Set.of(object), Duration.ofSeconds(5), false, Optional.empty());
        assertThat(cells(SHOP + script + "reset role", asked))
                .extracting(cell -> cell.verdict().id())
                .isNotEmpty()
                .containsAnyOf("refuted", "unknown");
    }

    @Test
    void a_proof_names_its_assumptions() throws SQLException {
        var explained = new ProveOptions(
                Set.of(Claim.DISJOINT_READS),
                Set.of(),
                Set.of("club.diary"),
                Duration.ofSeconds(5),
                true,
                Optional.empty());
        assertThat(cells(CLUB + "reset role", explained))
                .singleElement()
                .extracting(Cell::verdict)
                .isInstanceOfSatisfying(
                        Verdict.Proved.class,
                        proved -> assertThat(proved.core())
                                .contains("policy members on club.diary", "assumption: no tenant in common"));
    }

    private static List<Cell> cells(String script, ProveOptions options) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(script);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            return Prover.prove(
                            connection, Catalog.read(connection), settings, options, Optional.of(connection), _ -> {})
                    .cells();
        }
    }
}
