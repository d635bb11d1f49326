create role team_owner nologin;
create role team_app login;
create schema team authorization team_owner;
grant usage on schema team to team_app;
set role team_owner;

create function team.tenant() returns uuid stable parallel safe
    return nullif(current_setting('team.tenant', true), '')::uuid;
create table team.task (
    tenant_id uuid not null,
    id        uuid not null,
    board_id  uuid not null,
    done      boolean not null default false,
    primary key (tenant_id, id)
);
create table team.board (
    id    uuid not null primary key,
    title text not null
);
create index on team.task (board_id);
alter table team.task enable row level security;
alter table team.task force row level security;
alter table team.board enable row level security;
alter table team.board force row level security;
create policy shown on team.task for select
    using (tenant_id = team.tenant());
create policy done on team.task for update
    using (exists (select from team.board b where b.id = task.board_id))
    with check (exists (select from team.board b where b.id = task.board_id));
create policy with_a_task on team.board for select
    using (exists (select from team.task t where t.board_id = board.id));
grant select, update (done) on team.task to team_app;
grant select on team.board to team_app;

reset role;
