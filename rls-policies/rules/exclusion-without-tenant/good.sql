create role rule_owner nologin;
create role rule_app login;
create extension btree_gist;
create table public.booking (
    organization_id uuid not null,
    id              uuid not null,
    during          tstzrange not null,
    primary key (organization_id, id),
    exclude using gist (organization_id with =, during with &&)
);
alter table public.booking owner to rule_owner;
alter table public.booking enable row level security;
alter table public.booking force row level security;
create policy fence on public.booking
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert, update, delete on public.booking to rule_app;
