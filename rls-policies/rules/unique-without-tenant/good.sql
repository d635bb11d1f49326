create role rule_owner nologin;
create role rule_app login;
create table public.customer (
    organization_id uuid not null,
    id              uuid not null,
    email           text not null,
    phone           text,
    primary key (organization_id, id),
    unique (email, organization_id)
);
create unique index customer_phone on public.customer (organization_id, lower(phone)) where phone <> '';
create index customer_email on public.customer (email);
alter table public.customer owner to rule_owner;
alter table public.customer enable row level security;
alter table public.customer force row level security;
create policy fence on public.customer
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert, update, delete on public.customer to rule_app;
