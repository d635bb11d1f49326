--liquibase formatted sql

--changeset hedgerow:0161-settlement splitStatements:false stripComments:false
--comment: An order is not given up while one of its attempts may still pay.
set local role hedgerow_owner;

-- Reads as hedgerow_owner, inside the fence. The lock waits for an attempt that another transaction is adding, whose
-- foreign key locks the key of the order; if that transaction comes second, it finds the order no longer under way.
create function app_private.check_settlement() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from app.payment_order o
      where o.organization_id = new.organization_id and o.livemode = new.livemode and o.id = new.id
        for update;
    if exists (select from app.payment_attempt a
                where a.organization_id = new.organization_id
                  and a.livemode = new.livemode
                  and a.payment_order_id = new.id
                  and a.status <> 'failed') then
        raise exception 'an attempt to execute this order has not failed, so the order cannot become %', new.status
            using errcode = '23514', table = 'payment_order', constraint = 'payment_order_attempt_stands',
                  hint = 'Settle the attempt first.';
    end if;
    return new;
end
$$;
create trigger settlement before update of status on app.payment_order
    for each row when (old.status in ('requires_execution', 'processing')
                       and new.status in ('requires_execution', 'failed', 'canceled', 'expired')
                       and old.status <> new.status)
    execute function app_private.check_settlement();

reset role;
--rollback drop trigger settlement on app.payment_order;
--rollback drop function app_private.check_settlement();
