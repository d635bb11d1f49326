--liquibase formatted sql

--changeset hedgerow:0125-agent-log splitStatements:false stripComments:false
--comment: What agents thought and did.
set local role hedgerow_owner;

create table app.agent_log (
    organization_id  uuid        not null references app.organization on delete restrict,
    livemode         boolean     not null,
    id               uuid        not null default app.uuidv7(),
    agent_id         uuid        not null,
    payment_order_id uuid,
    kind             text        not null check (kind in ('thought', 'tool_call', 'decision', 'error')),
    message          text        not null check (length(message) between 1 and 20000),
    data             jsonb       not null default '{}'
                                 check (jsonb_typeof(data) = 'object' and length(data::text) <= 100000),
    created_at       timestamptz not null default now(),
    primary key (organization_id, livemode, id),
    foreign key (organization_id, livemode, agent_id) references app.agent on delete restrict,
    foreign key (organization_id, livemode, payment_order_id) references app.payment_order on delete restrict
);
create index agent_log_page on app.agent_log (organization_id, livemode, created_at desc, id desc);
create index agent_log_agent on app.agent_log (organization_id, livemode, agent_id, created_at desc, id desc);
create index agent_log_order on app.agent_log (organization_id, livemode, payment_order_id);
alter table app.agent_log enable row level security;
alter table app.agent_log force row level security;
create trigger append_only before update or delete on app.agent_log for each row
    execute function app_private.append_only();
create trigger append_only_truncate before truncate on app.agent_log for each statement
    execute function app_private.append_only();
create trigger audit after insert or update or delete on app.agent_log for each row
    execute function app_private.audit();
comment on table app.agent_log is 'Why an agent did what it did. Append-only.';

reset role;
--rollback drop table app.agent_log;
