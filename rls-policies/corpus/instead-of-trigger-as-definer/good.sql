create role form_owner nologin;
create role form_app login;
create schema form authorization form_owner;
grant usage on schema form to form_app;
set role form_owner;

create function form.tenant() returns uuid stable parallel safe
    return nullif(current_setting('form.tenant', true), '')::uuid;
create table form.answer (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table form.answer enable row level security;
create policy tenant on form.answer
    using (tenant_id = (select form.tenant()))
    with check (tenant_id = (select form.tenant()));
grant select on form.answer to form_app;

create view form.submission with (security_barrier) as
    select tenant_id, id, body from form.answer where tenant_id = (select form.tenant());
create function form.submit() returns trigger security definer language plpgsql
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into form.answer values (form.tenant(), new.id, new.body);
    return new;
end $$;
revoke execute on function form.submit() from public;
create trigger submit instead of insert on form.submission for each row execute function form.submit();
grant select, insert on form.submission to form_app;

reset role;
