create role mail_owner nologin;
create role mail_app login;
create schema mail authorization mail_owner;
grant usage on schema mail to mail_app;
set role mail_owner;

create function mail.tenant() returns uuid stable parallel safe
    return nullif(current_setting('mail.tenant', true), '')::uuid;
create table mail.letter (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table mail.letter enable row level security;
create policy tenant on mail.letter
    using (tenant_id = (select mail.tenant()))
    with check (tenant_id = (select mail.tenant()));
grant select on mail.letter to mail_app;
create view mail.inbox with (security_barrier) as
    select tenant_id, id, body from mail.letter where tenant_id = (select mail.tenant());
create rule never as on insert to mail.inbox do instead nothing;
grant select on mail.inbox to mail_app;

reset role;
