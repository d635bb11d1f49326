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
create function mail.post() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'letters are not written here';
end $$;
create trigger post instead of insert on mail.inbox for each row execute function mail.post();
grant select, insert, update on mail.inbox to mail_app;

reset role;
