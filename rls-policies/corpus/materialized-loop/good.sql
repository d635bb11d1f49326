create role rank_owner nologin;
create role rank_app login;
create schema rank authorization rank_owner;
grant usage on schema rank to rank_app;
set role rank_owner;

create function rank.tenant() returns uuid stable parallel safe
    return nullif(current_setting('rank.tenant', true), '')::uuid;
create table rank.score (
    tenant_id uuid not null,
    id        uuid not null,
    points    bigint not null,
    primary key (tenant_id, id)
);
alter table rank.score enable row level security;
create policy tenant on rank.score
    using (tenant_id = (select rank.tenant()))
    with check (tenant_id = (select rank.tenant()));
grant select, insert, update, delete on rank.score to rank_app;
create function rank.all_scores() returns setof rank.score stable language plpgsql
    set search_path = pg_catalog, pg_temp as $$
declare
    one rank.score;
begin
    for one in select * from rank.score loop
        return next one;
    end loop;
end $$;
revoke execute on function rank.all_scores() from public;
create materialized view rank.board as select tenant_id, points from rank.all_scores();
create view rank.my_board with (security_barrier) as
    select tenant_id, points from rank.board where tenant_id = (select rank.tenant());
grant select on rank.my_board to rank_app;

reset role;
