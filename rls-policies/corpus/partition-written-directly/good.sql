create role part_owner nologin;
create role part_app login;
create schema part authorization part_owner;
grant usage on schema part to part_app;
set role part_owner;

create function part.tenant() returns uuid stable parallel safe
    return nullif(current_setting('part.tenant', true), '')::uuid;

create table part.reading (
    tenant_id uuid not null,
    at        date not null,
    value     bigint not null,
    primary key (tenant_id, at)
) partition by range (at);
create table part.reading_2026 partition of part.reading for values from ('2026-01-01') to ('2027-01-01')
    partition by range (at);
create table part.reading_2026_05 partition of part.reading_2026 for values from ('2026-05-01') to ('2026-06-01');
alter table part.reading enable row level security;
alter table part.reading force row level security;
create policy tenant on part.reading
    using (tenant_id = (select part.tenant()))
    with check (tenant_id = (select part.tenant()));
alter table part.reading_2026 enable row level security;
alter table part.reading_2026 force row level security;
create policy tenant on part.reading_2026
    using (tenant_id = (select part.tenant()))
    with check (tenant_id = (select part.tenant()));
grant select, insert, update, delete on part.reading to part_app;
alter table part.reading_2026_05 enable row level security;
alter table part.reading_2026_05 force row level security;
create policy tenant on part.reading_2026_05
    using (tenant_id = (select part.tenant()))
    with check (tenant_id = (select part.tenant()));
grant insert, delete on part.reading_2026_05 to part_app;

reset role;
