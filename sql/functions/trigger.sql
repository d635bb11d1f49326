--liquibase formatted sql

--changeset hedgerow:trigger runOnChange:true splitStatements:false stripComments:false
--comment: Trigger functions that tables share: timestamps, state machines, append-only tables, the audit log.
set local role hedgerow_owner;

create or replace function app_private.touch() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    new.updated_at := now();
    new.version := old.version + 1;
    return new;
end
$$;
comment on function app_private.touch() is 'Maintains updated_at, and version for optimistic locking.';

-- Arguments: the state column, which is `status` everywhere, then each allowed transition as 'from:to'; ':to' is an
-- initial state.
create or replace function app_private.check_transition() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    was     text := case when tg_op = 'UPDATE' then old.status else '' end;
    becomes text := new.status;
begin
    if was is distinct from becomes and not was || ':' || becomes = any (tg_argv[1:]) then
        raise exception '% of % cannot change from "%" to "%"', tg_argv[0], tg_table_name, was, becomes
            using errcode = '23514', schema = tg_table_schema, table = tg_table_name, column = tg_argv[0];
    end if;
    return new;
end
$$;
comment on function app_private.check_transition() is 'Restricts a state column to its allowed transitions.';

create or replace function app_private.append_only() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = '42501';
end
$$;
comment on function app_private.append_only() is 'Refuses UPDATE, DELETE and TRUNCATE, even by the owner.';

-- Blocks of the audit log are removed after their entries.
create or replace function app_private.check_block_covered() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from app_private.audit_checkpoint c
                    where c.organization_id = old.organization_id and c.number >= old.number)
       or exists (select from app.audit_log e
                   where e.organization_id = old.organization_id and e.block_id = old.id) then
        raise exception 'audit_block is append-only' using errcode = '42501';
    end if;
    return old;
end
$$;
comment on function app_private.check_block_covered() is
    'Refuses DELETE, even by the owner, of a block that no checkpoint covers, or that has entries.';

create or replace function app_private.check_entry_covered() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from app.audit_block b
                     join app_private.audit_checkpoint c on c.organization_id = b.organization_id
                                                        and c.number >= b.number
                    where b.organization_id = old.organization_id and b.id = old.block_id) then
        raise exception 'audit_log is append-only' using errcode = '42501';
    end if;
    return old;
end
$$;
comment on function app_private.check_entry_covered() is
    'Refuses DELETE, even by the owner, of an entry whose block no checkpoint covers.';

-- Argument: the column.
create or replace function app_private.final() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% of % is final', tg_argv[0], tg_table_name
        using errcode = '23514', table = tg_table_name, column = tg_argv[0];
end
$$;
comment on function app_private.final() is 'Refuses to change a value that is final.';

create or replace function app_private.redact(row_values jsonb, secrets text[]) returns jsonb
    language sql immutable parallel safe
    return (select jsonb_object_agg(key, case when key = any (secrets) and value <> 'null' then '"[redacted]"'
                                              else value end)
              from jsonb_each(row_values) where '-' || key <> all (secrets));

drop function if exists app_private.changed(jsonb, jsonb);

-- A UUID of version 7: the milliseconds of now(), then the part, then the transaction's number. Nobody
-- chooses it, and nobody has to look it up; after a restore, when transaction numbers start again, its time
-- differs. A transaction has several parts only if SET CONSTRAINTS closes a block before the last write.
-- Whoever sets the variable meets a closed block, and close_audit_block() refuses to add to it.
create or replace function app_private.audit_part() returns integer
    language sql stable
    return case when translate(current_setting('app.audit_part', true), '0123456789', '') = ''
                 and length(current_setting('app.audit_part', true)) between 1 and 3
                then current_setting('app.audit_part', true)::integer else 0 end;

create or replace function app_private.audit_block_id() returns uuid
    language sql stable
    return encode(substr(int8send(trunc(extract(epoch from now()) * 1000)::bigint), 3)
                  || int2send((28672 + app_private.audit_part())::int2)
                  || int8send(pg_current_xact_id()::text::bigint | (-9223372036854775808)), 'hex')::uuid;
comment on function app_private.audit_block_id() is 'The audit block of the entries that this transaction writes now.';

-- Arguments: the columns that hold secrets; after a minus, a column that is left out because the log
-- already has it.
create or replace function app_private.audit() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    before       constant jsonb := to_jsonb(old);
    after        constant jsonb := to_jsonb(new);
    kept         constant jsonb := coalesce(after, before);
    organization constant uuid  := coalesce(kept ->> 'organization_id', kept ->> 'id');
    actor        constant text  := app.actor();
    was          jsonb := before;
    becomes      jsonb := after;
begin
    if app.organization_id() is distinct from organization or actor is null then
        raise exception 'this session is not bound to the tenant of the row'
            using errcode = '42501', table = tg_table_name, hint = 'Call app.bind() in this transaction first.';
    end if;
    if tg_op = 'UPDATE' then
        select jsonb_object_agg(b.key, b.value), jsonb_object_agg(b.key, after -> b.key) into was, becomes
          from jsonb_each(before) b
         where after -> b.key <> b.value
           and b.key not in ('updated_at', 'version', 'last_used_at', 'next_try_at', 'announced_at', 'scanned_block',
                             'scanned_until');
        if was is null then
            return null;
        end if;
    end if;
    if tg_nargs > 0 then
        was := app_private.redact(was, tg_argv);
        becomes := app_private.redact(becomes, tg_argv);
    end if;
    if current_setting('app.audit_part', true) <> '' then
        -- One block for everything that follows, not one for each entry.
        set constraints app.close_block deferred;
    end if;
    insert into app.audit_log (organization_id, block_id, livemode, actor, action, table_name, row_id,
                               old_values, new_values)
    values (organization, app_private.audit_block_id(), (kept ->> 'livemode')::boolean, actor,
            lower(tg_op), tg_table_name, coalesce(kept ->> 'id', kept ->> 'user_id', kept ->> 'key'), was, becomes);
    return null;
end
$$;
comment on function app_private.audit() is 'Records what a statement did to a row of a tenant, and which actor did it.';

reset role;
--rollback empty
