create role near_owner nologin;
create role near_app login;
create role near_auditor login;
create schema near authorization near_owner;
grant usage on schema near to near_app;
set role near_owner;

create function near.tenant() returns uuid stable parallel safe
    return nullif(current_setting('near.tenant', true), '')::uuid;

create table near.claim (
    tenant_id uuid not null,
    id        uuid not null,
    amount    bigint not null,
    primary key (tenant_id, id)
);
alter table near.claim enable row level security;
alter table near.claim force row level security;
-- No WITH CHECK: UPDATE checks the new row by USING. No INSERT policy with a condition: INSERT is refused.
create policy reads on near.claim for select using (tenant_id = (select near.tenant()));
create policy changes on near.claim for update using (tenant_id = (select near.tenant()));
grant select, insert, update on near.claim to near_app;
create policy adds on near.claim for insert with check (true);

reset role;
