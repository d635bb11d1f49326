create role doc_owner nologin;
create role doc_app login;
create schema doc authorization doc_owner;
grant usage on schema doc to doc_app;
set role doc_owner;

create function doc.tenant() returns uuid stable parallel safe
    return nullif(current_setting('doc.tenant', true), '')::uuid;

create table doc.chart (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table doc.chart enable row level security;
alter table doc.chart force row level security;
create policy tenant on doc.chart
    using (tenant_id = (select doc.tenant()));
grant select, insert, update, delete on doc.chart to doc_app;

reset role;
