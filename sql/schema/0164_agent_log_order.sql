--liquibase formatted sql

--changeset hedgerow:0164-agent-log-order splitStatements:false stripComments:false
--comment: An agent writes log entries about its own orders only, and does not learn which other orders exist.
set local role hedgerow_owner;

-- Reads as hedgerow_owner, inside the fence. The refusal is that of the foreign key for an order that does not exist.
create function app_private.check_agent_log() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if app.role() = 'agent'
       and not exists (select from app.payment_order o
                        where o.organization_id = new.organization_id
                          and o.livemode = new.livemode
                          and o.id = new.payment_order_id
                          and o.executing_agent_id = new.agent_id) then
        raise exception 'this agent executes no such order'
            using errcode = '23503', table = 'agent_log', constraint = 'agent_log_order';
    end if;
    return new;
end
$$;
create trigger own_order before insert on app.agent_log
    for each row when (new.payment_order_id is not null)
    execute function app_private.check_agent_log();

reset role;
--rollback drop trigger own_order on app.agent_log;
--rollback drop function app_private.check_agent_log();
