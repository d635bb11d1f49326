create role kb_owner nologin;
create role kb_app login;
create schema kb authorization kb_owner;
grant usage on schema kb to kb_app;
set role kb_owner;

create function kb.tenant() returns uuid stable parallel safe
    return nullif(current_setting('kb.tenant', true), '')::uuid;
create table kb.label (
    tenant_id uuid not null,
    id        uuid not null,
    code      text not null,
    unique (tenant_id, code),
    primary key (tenant_id, id)
);
alter table kb.label enable row level security;
alter table kb.label force row level security;
create policy tenant on kb.label
    using (tenant_id = (select kb.tenant()))
    with check (tenant_id = (select kb.tenant()));
grant select, insert, update, delete on kb.label to kb_app;

create table kb.page (
    tenant_id uuid not null,
    id        uuid not null,
    label     text,
    primary key (tenant_id, id),
    foreign key (tenant_id, label) references kb.label (tenant_id, code) on update cascade
);
alter table kb.page enable row level security;
alter table kb.page force row level security;
create policy tenant on kb.page
    using (tenant_id = (select kb.tenant()))
    with check (tenant_id = (select kb.tenant()));
grant select, insert, update, delete on kb.page to kb_app;
create index on kb.page (label);

reset role;
