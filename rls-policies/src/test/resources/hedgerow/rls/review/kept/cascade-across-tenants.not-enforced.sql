-- since 18
create role rule_owner nologin;
create role rule_app login;
create table public.customer (
    organization_id uuid not null,
    id              uuid not null primary key,
    region          uuid,
    unique (id, region)
);
create table public.invoice (
    organization_id uuid not null,
    id              uuid not null,
    customer_id     uuid,
    primary key (organization_id, id),
    constraint invoice_customer foreign key (customer_id) references public.customer (id)
        on delete cascade not enforced
);
comment on constraint invoice_customer on public.invoice is 'who pays';
alter table public.customer owner to rule_owner;
alter table public.customer enable row level security, force row level security;
create policy fence on public.customer
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert, update, delete on public.customer to rule_app;
alter table public.invoice owner to rule_owner;
alter table public.invoice enable row level security, force row level security;
create policy fence on public.invoice
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert, update, delete on public.invoice to rule_app;
