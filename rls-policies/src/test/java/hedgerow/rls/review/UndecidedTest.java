package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Code that acts for a subject is proved, reported, or listed as not decided.
class UndecidedTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String DESK = """
        create role desk_owner nologin;
        create role desk_app login;
        create schema desk authorization desk_owner;
        grant usage on schema desk to desk_app;
        create table desk.bill (
            org_id uuid not null, id uuid not null, total bigint not null, primary key (org_id, id));
        create table desk.member (org_id uuid not null, person text not null, primary key (org_id, person));
        alter table desk.bill owner to desk_owner;
        alter table desk.member owner to desk_owner;
        alter table desk.bill enable row level security, force row level security;
        alter table desk.member enable row level security, force row level security;
        create policy bill_home on desk.bill
            using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
        create policy member_home on desk.member
            using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
        grant select, insert, update, delete on desk.bill, desk.member to desk_app;
        """;

    @Test
    void nothing_is_listed_where_there_is_no_code() throws SQLException {
        assertThat(judged("")).isEmpty();
    }

    @Test
    void a_table_whose_policy_calls_a_helper_that_is_not_read_is_listed() throws SQLException {
        assertThat(judged("""
            create function desk.joined(org uuid) returns boolean stable language plpgsql as $$
            declare found boolean;
            begin
                select true into found from desk.member m where m.org_id = org and m.person = current_user;
                return coalesce(found, false);
            exception when others then
                return false;
            end $$;
            create policy joined on desk.bill for select using (desk.joined(org_id));
            """))
                .containsExactly("desk.bill is not decided: function desk.joined(uuid), whose body is not read");
    }

    @Test
    void a_helper_that_is_read_is_not_listed() throws SQLException {
        assertThat(judged("""
            create function desk.org() returns uuid stable language sql security definer
                set search_path = pg_catalog, pg_temp
                as $$ select nullif(current_setting('desk.org', true), '')::uuid $$;
            create function desk.joined(org uuid) returns boolean stable language plpgsql as $$
            begin
                return exists (select from desk.member m where m.org_id = org and m.person = current_user);
            end $$;
            create policy org on desk.bill for select using (org_id = desk.org());
            create policy joined on desk.bill for select using (desk.joined(org_id));
            """)).isEmpty();
    }

    @Test
    void a_definer_function_is_reported_whatever_its_text_mentions() throws SQLException {
        assertThat(judged("""
            create table desk.currency (code text primary key);
            create function desk.bill_total(org uuid) returns numeric language sql security definer
                set search_path = desk, pg_temp
                as $$ select sum(b.total) from desk.currency c, desk.bill b where b.org_id = org $$;
            create function desk.read_bill(wanted uuid) returns setof desk.bill language plpgsql security definer
                set search_path = desk, pg_temp as $$
            begin
                raise log 'read by %', current_setting('desk.org', true);
                return query select * from desk.bill where id = wanted;
            end $$;
            revoke execute on all functions in schema desk from public;
            grant execute on all functions in schema desk to desk_app;
            """))
                .containsExactly(
                        "warn definer-bypasses-rls function desk.bill_total(uuid)",
                        "warn definer-bypasses-rls function desk.read_bill(uuid)");
    }

    @Test
    void a_definer_function_that_is_a_finding_is_no_gap() throws SQLException {
        assertThat(judged("""
            create function desk.all_bills() returns setof desk.bill language sql security definer
                set search_path = desk, pg_temp as $$ select * from desk.bill $$;
            """)).containsExactly("warn definer-bypasses-rls function desk.all_bills()");
    }

    @Test
    void a_definer_function_that_only_computes_or_that_nobody_calls_is_not_listed() throws SQLException {
        assertThat(judged("""
            create function desk.half(n bigint) returns bigint security definer set search_path = pg_catalog, pg_temp
                return n / 2;
            create function desk.purge() returns void language plpgsql security definer set search_path = desk, pg_temp
                as $$ begin delete from desk.bill; end $$;
            revoke execute on function desk.purge() from public;
            """)).isEmpty();
    }

    @Test
    void a_definer_trigger_that_stays_within_the_tenant_is_not_listed() throws SQLException {
        assertThat(judged("""
            create table desk.wish (
                org_id uuid not null, person text not null, at timestamptz, primary key (org_id, person));
            alter table desk.wish enable row level security, force row level security;
            create policy wish_any on desk.wish
                using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
            grant select, insert on desk.wish to desk_app;
            create function desk.wish_granted() returns trigger language plpgsql security definer
                set search_path = desk, pg_temp as $$
            begin
                insert into desk.member values (new.org_id, new.person);
                return new;
            end $$;
            create trigger granted after insert on desk.wish for each row execute function desk.wish_granted();
            create function desk.stamp() returns trigger language plpgsql as $$
            begin
                new.at := now();
                return new;
            end $$;
            create trigger stamp before insert on desk.wish for each row execute function desk.stamp();
            """)).isEmpty();
    }

    @Test
    void a_trigger_that_sets_the_tenant_of_the_session_is_not_listed() throws SQLException {
        assertThat(judged("""
            create function desk.pin() returns trigger language plpgsql as $$
            begin
                new.org_id := current_setting('desk.org')::uuid;
                return new;
            end $$;
            create trigger pin before insert or update on desk.bill for each row execute function desk.pin();
            """)).isEmpty();
    }

    @Test
    void a_view_of_a_role_with_policies_of_its_own_is_reported() throws SQLException {
        assertThat(judged("""
            create role reporter nologin;
            create policy reporter_all on desk.bill for select to reporter using (true);
            grant usage, create on schema desk to reporter;
            grant select on desk.bill to reporter;
            set local role reporter;
            create view desk.report as select * from desk.bill;
            reset role;
            grant select on desk.report to desk_app;
            """)).containsExactly("error view-bypasses-rls desk.report");
    }

    @Test
    void a_view_of_tables_that_its_reader_may_not_read_is_listed() throws SQLException {
        assertThat(judged("""
            create materialized view desk.totals as select org_id, sum(total) as total from desk.bill group by org_id;
            alter materialized view desk.totals owner to desk_owner;
            set local role desk_owner;
            create view desk.total with (security_barrier = true) as
                select * from desk.totals where org_id = current_setting('desk.org')::uuid;
            create view desk.own_bill as select * from desk.bill;
            reset role;
            grant select on desk.total, desk.own_bill to desk_app;
            """)).containsExactly("desk.total is not decided: a leak was found and not seen");
    }

    /// The findings of the prover, and the objects that it left open.
    private static List<String> judged(String script) throws SQLException {
        try (var scratch = new Scratch(DATABASE)) {
            scratch.load(DESK + script);
            scratch.load("grant usage on schema desk to rule_reviewer");
            var judgement = scratch.judge(Config.NONE).judgement();
            var broken = judgement.findings().stream()
                    .filter(finding -> finding.leak().isPresent())
                    .map(finding -> "%s %s %s".formatted(finding.severity().label(), finding.rule(), finding.object()));
            var open = judgement.undecided().stream().map(each -> each.object() + " " + each.why());
            return Stream.concat(broken, open).sorted().toList();
        }
    }
}
