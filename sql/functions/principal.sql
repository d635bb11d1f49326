--liquibase formatted sql

--changeset hedgerow:principal runOnChange:true splitStatements:false stripComments:false
--comment: Keeps app_private.principal in step with tenants, memberships, invitations, API keys and agents.
set local role hedgerow_owner;
grant create on schema app, app_private to hedgerow_auth;
set local role hedgerow_auth;

create or replace function app_private.forget_principal(subject text, organization uuid) returns void
    language sql volatile
begin atomic
    delete from app_private.principal p
     where p.subject = forget_principal.subject and p.organization_id = organization;
end;

-- A transaction that adds a principal waits for one that suspends the tenant, and the other way round. This
-- is an update and not a lock: at REPEATABLE READ, where neither transaction sees the other, one of the two
-- fails.
create or replace function app_private.tenant_is_active(organization uuid) returns boolean
    language sql volatile
begin atomic
    update app_private.principal t
       set tenant_active = t.tenant_active
     where t.subject = 'organization:' || organization::text and t.organization_id = organization
    returning t.tenant_active;
end;

create or replace function app_private.keep_organization() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        insert into app_private.principal (kind, id, organization_id, active, tenant_active)
        values ('organization', new.id, new.id, true, new.status = 'active');
    elsif tg_op = 'UPDATE' then
        -- Updates its own row first, on which transactions that add principals wait: the next statement
        -- sees the principals that they added.
        update app_private.principal p
           set tenant_active = (new.status = 'active')
         where p.subject = 'organization:' || new.id and p.organization_id = new.id;
    else
        perform app_private.forget_principal('organization:' || old.id, old.id);
        return null;
    end if;
    update app_private.principal p
       set tenant_active = (new.status = 'active')
     where p.organization_id = new.id and p.tenant_active <> (new.status = 'active');
    return null;
end
$$;

create or replace function app_private.keep_user() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' then
        perform app_private.forget_principal('user:' || old.user_id, old.organization_id);
    end if;
    if tg_op <> 'DELETE' then
        insert into app_private.principal (kind, id, organization_id, role, scopes, active, tenant_active)
        values ('user', new.user_id, new.organization_id, new.role, new.permissions, new.status = 'active',
                app_private.tenant_is_active(new.organization_id));
    end if;
    return null;
end
$$;

create or replace function app_private.keep_invitation() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' then
        perform app_private.forget_principal('invitation:' || old.id, old.organization_id);
    end if;
    if tg_op <> 'DELETE' then
        insert into app_private.principal (kind, id, organization_id, role, secret_hash, active, tenant_active,
               expires_at)
        values ('invitation', new.id, new.organization_id, new.role, new.token_hash, new.status = 'pending',
                app_private.tenant_is_active(new.organization_id), new.expires_at);
    end if;
    return null;
end
$$;

create or replace function app_private.keep_key() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(old) - 'last_used_at' = to_jsonb(new) - 'last_used_at' then
        return null;
    end if;
    if tg_op <> 'INSERT' then
        perform app_private.forget_principal('key:' || old.id, old.organization_id);
    end if;
    if tg_op <> 'DELETE' then
        insert into app_private.principal (kind, id, organization_id, livemode, role, agent_id, secret_hash, scopes,
               active, tenant_active, expires_at)
        values ('key', new.id, new.organization_id, new.livemode, new.role, new.agent_id, new.key_hash,
                case new.kind when 'restricted' then new.scopes end, new.revoked_at is null,
                app_private.tenant_is_active(new.organization_id), new.expires_at);
    end if;
    return null;
end
$$;

create or replace function app_private.keep_agent() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' then
        perform app_private.forget_principal('agent:' || old.id, old.organization_id);
    end if;
    if tg_op <> 'DELETE' then
        insert into app_private.principal (kind, id, organization_id, livemode, role, active, tenant_active)
        values ('agent', new.id, new.organization_id, new.livemode, 'agent', new.status = 'active',
                app_private.tenant_is_active(new.organization_id));
    end if;
    return null;
end
$$;

create or replace function app_private.keep_provider_way() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' then
        delete from app_private.provider_way w
         where w.organization_id = old.organization_id and w.livemode = old.livemode and w.credential_id = old.id;
    end if;
    if tg_op <> 'DELETE' then
        insert into app_private.provider_way (token_hash, organization_id, livemode, credential_id)
        select new.webhook_token_hash, new.organization_id, new.livemode, new.id
         where new.webhook_token_hash is not null and new.status = 'active';
    end if;
    return null;
end
$$;
comment on function app_private.keep_provider_way() is
    'Keeps app_private.provider_way in step: an address is open while its credential is active.';

create or replace function app_private.keep_link_way() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' then
        delete from app_private.link_way w
         where w.organization_id = old.organization_id and w.livemode = old.livemode and w.link_id = old.id;
    end if;
    if tg_op <> 'DELETE' then
        insert into app_private.link_way (token_hash, organization_id, livemode, link_id)
        values (sha256(convert_to(new.token, 'UTF8')), new.organization_id, new.livemode, new.id)
            on conflict do nothing;
    end if;
    return null;
end
$$;
comment on function app_private.keep_link_way() is
    'Keeps app_private.link_way in step with the tokens of payment links: a token opens the first link that had it.';

grant execute on function app_private.keep_organization(), app_private.keep_user(), app_private.keep_invitation(),
    app_private.keep_key(), app_private.keep_agent(), app_private.keep_provider_way(), app_private.keep_link_way()
    to hedgerow_owner;

set local role hedgerow_owner;
create or replace trigger principal after insert or update or delete on app.organization
    for each row execute function app_private.keep_organization();
create or replace trigger principal after insert or update or delete on app.membership
    for each row execute function app_private.keep_user();
create or replace trigger principal after insert or update or delete on app.invitation
    for each row execute function app_private.keep_invitation();
create or replace trigger principal after insert or update or delete on app.api_key
    for each row execute function app_private.keep_key();
create or replace trigger principal after insert or update or delete on app.agent
    for each row execute function app_private.keep_agent();
create or replace trigger provider_way after insert or update or delete on app.provider_credential
    for each row execute function app_private.keep_provider_way();
create or replace trigger link_way after insert or delete or update of token on app.payment_link
    for each row execute function app_private.keep_link_way();
revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback drop trigger principal on app.organization;
--rollback drop trigger principal on app.membership;
--rollback drop trigger principal on app.invitation;
--rollback drop trigger principal on app.api_key;
--rollback drop trigger principal on app.agent;
--rollback drop trigger provider_way on app.provider_credential;
--rollback drop trigger link_way on app.payment_link;
--rollback drop function app_private.keep_provider_way(), app_private.keep_link_way();
--rollback drop function app_private.keep_organization(), app_private.keep_user(), app_private.keep_invitation(),
--rollback     app_private.keep_key(), app_private.keep_agent(), app_private.tenant_is_active(uuid),
--rollback     app_private.forget_principal(text, uuid);
