--liquibase formatted sql

--changeset hedgerow:suspension runOnChange:true splitStatements:false stripComments:false
--comment: The operator suspends and reinstates tenants. Nobody else may: EXECUTE is granted to no role.
set local role hedgerow_owner;

-- Leaves the session bound to the tenant as system:operator: its audit log names who did it.
create or replace function app_private.suspend_tenant(organization uuid, reason text) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    before text;
begin
    perform app_private.open_session(organization, 'system:operator', null, false);
    select o.status into before from app.organization o where o.id = organization for update;
    if not found then
        raise exception 'there is no tenant %', organization using errcode = 'P0002';
    end if;
    insert into app_private.tenant_suspension (organization_id, reason, status_before)
    values (organization, suspend_tenant.reason, before);
    update app.organization o set status = 'suspended' where o.id = organization and o.status = 'active';
exception when unique_violation then
    raise exception 'the tenant % is suspended already', organization using errcode = '55000';
end
$$;
comment on function app_private.suspend_tenant(uuid, text) is
    'From this commit on nobody is bound to the tenant, neither its people nor its keys nor its agents.';

create or replace function app_private.reinstate_tenant(organization uuid) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    before text;
begin
    perform app_private.open_session(organization, 'system:operator', null, false);
    delete from app_private.tenant_suspension s
     where s.organization_id = organization
    returning s.status_before into before;
    if not found then
        raise exception 'the tenant % is not suspended by the operator', organization using errcode = '55000';
    end if;
    update app.organization o set status = before where o.id = organization and o.status <> before;
end
$$;
comment on function app_private.reinstate_tenant(uuid) is
    'Takes back app_private.suspend_tenant(): the tenant has the status that it had.';

reset role;
--rollback drop function app_private.suspend_tenant(uuid, text), app_private.reinstate_tenant(uuid);
