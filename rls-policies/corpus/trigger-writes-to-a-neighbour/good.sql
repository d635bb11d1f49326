create role post_owner nologin;
create role post_app login;
create schema post authorization post_owner;
grant usage on schema post to post_app;
set role post_owner;

create function post.tenant() returns uuid stable parallel safe
    return nullif(current_setting('post.tenant', true), '')::uuid;
create table post.letter (
    tenant_id uuid not null,
    id        uuid not null,
    recipient uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table post.letter enable row level security;
alter table post.letter force row level security;
create policy tenant on post.letter
    using (tenant_id = (select post.tenant()))
    with check (tenant_id = (select post.tenant()));
grant select, insert, update, delete on post.letter to post_app;

create table post.inbox (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table post.inbox enable row level security;
create policy tenant on post.inbox
    using (tenant_id = (select post.tenant()))
    with check (tenant_id = (select post.tenant()));
grant select, insert, update, delete on post.inbox to post_app;

create function post.deliver() returns trigger security definer language plpgsql
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into post.inbox values (new.tenant_id, new.id, new.body);
    return new;
end $$;
revoke execute on function post.deliver() from public;
create trigger deliver after insert on post.letter for each row execute function post.deliver();

reset role;
