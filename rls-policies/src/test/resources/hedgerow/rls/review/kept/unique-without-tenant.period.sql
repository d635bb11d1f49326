-- since 18
create role rule_owner nologin;
create role rule_app login;
create extension btree_gist;
create table public.seat (
    organization_id uuid not null,
    id              uuid not null,
    place           text not null,
    during          daterange not null,
    primary key (organization_id, id),
    constraint once unique (place, during without overlaps)
);
alter table public.seat owner to rule_owner;
alter table public.seat enable row level security, force row level security;
create policy fence on public.seat
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert, update, delete on public.seat to rule_app;
