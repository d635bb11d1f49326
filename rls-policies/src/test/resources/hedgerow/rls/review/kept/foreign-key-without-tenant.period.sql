-- since 18
create role rule_owner nologin;
create role rule_app login;
create extension btree_gist;
create table public.contract (
    organization_id uuid not null,
    id              uuid not null,
    during          daterange not null,
    primary key (id, during without overlaps)
);
create table public.invoice (
    organization_id uuid not null,
    id              uuid not null,
    contract_id     uuid not null,
    during          daterange not null,
    primary key (organization_id, id),
    constraint invoice_contract foreign key (contract_id, period during) references public.contract (id, period during)
);
alter table public.contract owner to rule_owner;
alter table public.contract enable row level security, force row level security;
create policy fence on public.contract
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert, update, delete on public.contract to rule_app;
alter table public.invoice owner to rule_owner;
alter table public.invoice enable row level security, force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert, update, delete on public.invoice to rule_app;
