create role mail_owner nologin;
create role mail_app login;
create role mail_worker login bypassrls;
create schema mail authorization mail_owner;
grant usage on schema mail to mail_app;
set role mail_owner;

create function mail.tenant() returns uuid stable parallel safe
    return nullif(current_setting('mail.tenant', true), '')::uuid;

create table mail.message (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table mail.message enable row level security;
alter table mail.message force row level security;
create policy tenant on mail.message
    using (tenant_id = (select mail.tenant()))
    with check (tenant_id = (select mail.tenant()));
grant select, insert, update, delete on mail.message to mail_app;
grant select, update on mail.message to mail_worker;

reset role;
grant usage on schema mail to mail_worker;
