--liquibase formatted sql

--changeset hedgerow:0163-shared-active splitStatements:false stripComments:false
--comment: Nothing new refers to a chain, asset or provider that is not active. What refers to one already goes on.
set local role hedgerow_owner;

-- Arguments: the column, then the table that it refers to. The name of the constraint tells the API the field.
create function app_private.check_active() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    named constant text := to_jsonb(new) ->> tg_argv[0];
    usable constant boolean := case tg_argv[1]
        when 'provider' then (select p.active from app.provider p where p.code = named)
        when 'chain' then (select c.active from app.chain c where c.code = named)
        when 'asset' then (select a.active and c.active from app.asset a join app.chain c on c.code = a.chain
                            where a.code = named) end;
begin
    if not usable then
        raise exception '% % is not active', tg_argv[1], named
            using errcode = '23514', table = tg_table_name,
                  constraint = format('%s_%s_check', tg_table_name, tg_argv[0]);
    end if;
    return new;
end
$$;
comment on function app_private.check_active() is 'Refuses a new reference to shared data that is not active.';

create trigger active_chain before insert or update of chain on app.wallet
    for each row execute function app_private.check_active('chain', 'chain');
create trigger active_chain before insert or update of chain on app.customer_payment_method
    for each row when (new.chain is not null) execute function app_private.check_active('chain', 'chain');
create trigger active_provider before insert or update of provider on app.customer_payment_method
    for each row execute function app_private.check_active('provider', 'provider');
create trigger active_provider before insert or update of provider on app.provider_credential
    for each row execute function app_private.check_active('provider', 'provider');
create trigger active_provider before insert or update of provider on app.payment_attempt
    for each row execute function app_private.check_active('provider', 'provider');
create trigger active_asset before insert or update of asset on app.agent_limit
    for each row when (new.asset is not null) execute function app_private.check_active('asset', 'asset');
create trigger active_asset before insert or update of asset on app.price
    for each row when (new.asset is not null) execute function app_private.check_active('asset', 'asset');
create trigger active_asset before insert or update of asset on app.payment_order
    for each row when (new.asset is not null) execute function app_private.check_active('asset', 'asset');

reset role;
--rollback drop trigger active_asset on app.payment_order;
--rollback drop trigger active_asset on app.price;
--rollback drop trigger active_asset on app.agent_limit;
--rollback drop trigger active_provider on app.payment_attempt;
--rollback drop trigger active_provider on app.provider_credential;
--rollback drop trigger active_provider on app.customer_payment_method;
--rollback drop trigger active_chain on app.customer_payment_method;
--rollback drop trigger active_chain on app.wallet;
--rollback drop function app_private.check_active();
