create role poll_owner nologin;
create role poll_app login;
create schema poll authorization poll_owner;
grant usage on schema poll to poll_app;
set role poll_owner;

create function poll.tenant() returns uuid stable parallel safe
    return nullif(current_setting('poll.tenant', true), '')::uuid;

create table poll.vote (
    tenant_id uuid,
    id        uuid primary key,
    nullable  text not null
);
create index on poll.vote (tenant_id);
alter table poll.vote enable row level security;
alter table poll.vote force row level security;
create policy tenant on poll.vote
    using (tenant_id is not distinct from (select poll.tenant()));
grant select, insert, update, delete on poll.vote to poll_app;

reset role;
