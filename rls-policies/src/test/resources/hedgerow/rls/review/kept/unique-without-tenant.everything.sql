create role rule_owner nologin;
create role rule_app login;
create table public.customer (
    organization_id uuid not null,
    id              uuid not null,
    email           text not null,
    phone           text,
    label           text,
    code            text not null,
    primary key (organization_id, id),
    constraint "e-mail once" unique nulls not distinct (email) include (phone) with (fillfactor = 70)
        deferrable initially deferred
);
comment on constraint "e-mail once" on public.customer is 'one account for each address';
create unique index customer_label on public.customer (lower(label) collate "C" desc nulls last) include (phone)
    nulls not distinct with (fillfactor = 60) where label <> '';
comment on index public.customer_label is 'labels';
create unique index customer_code on public.customer (code);
alter table public.customer replica identity using index customer_code;
alter table public.customer cluster on customer_code;
alter table public.customer owner to rule_owner;
alter table public.customer enable row level security, force row level security;
create policy fence on public.customer
    using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert, update, delete on public.customer to rule_app;
