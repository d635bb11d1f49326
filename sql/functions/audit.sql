--liquibase formatted sql

--changeset hedgerow:audit runOnChange:true splitStatements:false stripComments:false
--comment: Chains the audit log, and verifies the chain.
set local role hedgerow_owner;

-- Without a SET clause, so that the query becomes part of the caller's, whose plan is cached.
drop function if exists app_private.audit_digest(uuid, uuid);
create function app_private.audit_digest(organization uuid, block uuid)
    returns table (entries bigint, digest bytea)
    language sql stable
begin atomic
    select count(*), sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(
               e.id, e.livemode, e.actor, e.session_role, e.action, e.table_name, e.row_id, e.old_values,
               e.new_values, extract(epoch from e.created_at))::text, 'UTF8')), '' order by e.id), ''))
      from app.audit_log e
     where e.organization_id = audit_digest.organization and e.block_id = audit_digest.block;
end;
comment on function app_private.audit_digest(uuid, uuid) is
    'The digest of the entries of a block, in order of their ids.';

create or replace function app_private.audit_hash(previous bytea, organization uuid, block uuid, number bigint,
                                                  entries bigint, digest bytea) returns bytea
    language sql immutable parallel safe
    return sha256(previous || uuid_send(organization) || uuid_send(block) || int8send(number) || int8send(entries)
                  || digest);

create or replace function app_private.audit_part_after(block uuid) returns text
    language sql immutable parallel safe
    return ((get_byte(uuid_send(block), 6) % 16 * 256 + get_byte(uuid_send(block), 7)) + 1)::text;

-- Fires for each entry, at commit. The first trigger of a block closes it; the others find it closed, by a
-- later command than the one that wrote them. The variable only saves that look-up: without it the same
-- block would be created twice, which its key refuses. The head of the chain is the last lock that a
-- transaction takes, so chaining adds no deadlock.
create or replace function app_private.close_audit_block() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    bound  text[];
    late   boolean;
    made   record;
    head   app_private.audit_head;
    ignore text;
begin
    -- A session that has been bound to another tenant since then still closes the block of this one.
    if app.organization_id() is distinct from new.organization_id then
        bound := app_private.bound_session();
        perform app_private.open_session(new.organization_id, 'system:audit', null, null);
    end if;
    if current_setting('app.audit_part', true) <> '' then
        select e.cmin::text::bigint > b.cmin::text::bigint into late
          from app.audit_block b
          join app.audit_log e on e.organization_id = b.organization_id and e.id = new.id
         where b.organization_id = new.organization_id and b.id = new.block_id;
    end if;
    if late then
        raise exception 'the audit block of this transaction is closed'
            using errcode = '55000', hint = 'Do not set app.audit_part, and try again.';
    elsif late is null then
        select * into made from app_private.audit_digest(new.organization_id, new.block_id);
        loop
            update app_private.audit_head h
               set blocks = h.blocks + 1,
                   previous = h.hash,
                   hash = app_private.audit_hash(h.hash, new.organization_id, new.block_id, h.blocks + 1, made.entries,
                                                 made.digest)
             where h.organization_id = new.organization_id
            returning h.* into head;
            exit when found;
            insert into app_private.audit_head (organization_id, blocks, hash)
            values (new.organization_id, 0, sha256('')) on conflict do nothing;
        end loop;
        insert into app.audit_block (organization_id, id, number, entries, previous_hash, hash)
        values (new.organization_id, new.block_id, head.blocks, made.entries, head.previous, head.hash);
        ignore := set_config('app.audit_part', app_private.audit_part_after(new.block_id), true);
    end if;
    if bound is not null then
        perform app_private.rebind(bound);
    end if;
    return null;
end
$$;

drop trigger if exists close_block on app.audit_log;
create constraint trigger close_block after insert on app.audit_log
    deferrable initially deferred
    for each row execute function app_private.close_audit_block();

create or replace function app_private.verify_chain(organization uuid, out intact boolean, out blocks bigint,
                                                    out entries bigint, out head text, out problem text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    block    app.audit_block;
    actual   record;
    previous bytea := sha256('');
    recorded app_private.audit_head;
    covered  app_private.audit_checkpoint;
    own      constant text := pg_current_xact_id_if_assigned()::text;
begin
    select * into covered from app_private.audit_checkpoint c where c.organization_id = organization;
    blocks := coalesce(covered.number, 0);
    entries := coalesce(covered.entries, 0);
    previous := coalesce(covered.hash, previous);
    for block in
        select b.*
          from app.audit_block b
         where b.organization_id = organization and b.number > coalesce(covered.number, 0)
         order by b.number
    loop
        select * into actual from app_private.audit_digest(organization, block.id);
        problem := case
            when block.number <> blocks + 1 then format('block number %s is missing', blocks + 1)
            when block.previous_hash <> previous then format('block %s does not follow the one before it', block.number)
            when block.entries <> actual.entries
                then format('block %s has %s entries instead of %s', block.number, actual.entries, block.entries)
            when block.hash <> app_private.audit_hash(previous, organization, block.id, block.number, actual.entries,
                                                      actual.digest)
                then format('an entry of block %s was changed', block.number) end;
        exit when problem is not null;
        blocks := block.number;
        entries := entries + block.entries;
        previous := block.hash;
    end loop;

    select * into recorded from app_private.audit_head h where h.organization_id = organization;
    head := encode(previous, 'hex');
    problem := coalesce(problem, case
        when recorded.blocks is null then 'the head of the chain is missing'
        when recorded.blocks <> blocks then format('the chain has %s blocks instead of %s', blocks, recorded.blocks)
        when recorded.hash <> previous then 'the last block is not the head of the chain' end);

    -- Except the entries of this transaction, whose block is closed when it ends.
    if problem is null then
        select format('entry %s is in no block', e.id) into problem
          from app.audit_log e
         where e.organization_id = organization
           and (own is null or substr(uuid_send(e.block_id), 9)
                               <> int8send(own::bigint | (-9223372036854775808)))
           and not exists (select from app.audit_block b where b.organization_id = organization and b.id = e.block_id)
         limit 1;
    end if;
    intact := problem is null;
end
$$;

-- Removes up to 200 blocks, once it has verified that they are whole, and has a checkpoint stand for them. The next one
-- that is not older, or not whole, ends it. The hash of the last one that went is the evidence of all before it.
create or replace function app.trim_audit_log(before timestamptz) returns bigint
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    organization constant uuid := app.organization_id();
    block    app.audit_block;
    actual   record;
    covered  app_private.audit_checkpoint;
    ids      uuid[] := '{}';
    removed  bigint := 0;
begin
    if organization is null or app.actor() not like 'system:%' then
        raise exception 'only the worker trims the audit log' using errcode = '42501';
    end if;
    if before is null or before > now() - interval '30 days' then
        raise exception 'the audit log is kept for 30 days at least'
            using errcode = '22023', hint = 'Pass an earlier time.';
    end if;
    select * into covered from app_private.audit_checkpoint c where c.organization_id = organization for update;
    covered.number := coalesce(covered.number, 0);
    covered.entries := coalesce(covered.entries, 0);
    covered.hash := coalesce(covered.hash, sha256(''));
    for block in
        select b.*
          from app.audit_block b
         where b.organization_id = organization and b.number > covered.number
         order by b.number
         limit 200
    loop
        select * into actual from app_private.audit_digest(organization, block.id);
        exit when block.created_at >= before or block.number <> covered.number + 1
               or block.previous_hash <> covered.hash or block.entries <> actual.entries
               or block.hash <> app_private.audit_hash(covered.hash, organization, block.id, block.number,
                                                       actual.entries, actual.digest);
        covered.number := block.number;
        covered.entries := covered.entries + block.entries;
        covered.hash := block.hash;
        ids := ids || block.id;
        removed := removed + block.entries;
    end loop;
    if removed > 0 then
        insert into app_private.audit_checkpoint as c (organization_id, number, entries, hash)
        values (organization, covered.number, covered.entries, covered.hash)
            on conflict on constraint audit_checkpoint_pkey do update
           set number = excluded.number, entries = excluded.entries, hash = excluded.hash,
               created_at = excluded.created_at;
        delete from app.audit_log e where e.organization_id = organization and e.block_id = any (ids);
        delete from app.audit_block b where b.organization_id = organization and b.id = any (ids);
    end if;
    return removed;
end
$$;
comment on function app.trim_audit_log(timestamptz) is
    'Removes some of the oldest entries of the bound tenant, and returns how many. app.verify_audit_log() still proves '
    'the rest.';
revoke all on function app.trim_audit_log(timestamptz) from public;
grant execute on function app.trim_audit_log(timestamptz) to hedgerow_worker;

-- Returns one row for the bound tenant to its owner or admin, and one row for each tenant to a session that
-- may become the owner.
create or replace function app.verify_audit_log()
    returns table (organization_id uuid, intact boolean, blocks bigint, entries bigint, head text, problem text)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    bound constant text[] := app_private.bound_session();
    tenant uuid;
begin
    if app.organization_id() is not null then
        if not coalesce(app.role() in ('owner', 'admin'), app.actor() like 'system:%', false) then
            raise exception 'only an owner or admin may verify the audit log' using errcode = '42501';
        end if;
        return query select app.organization_id(), c.* from app_private.verify_chain(app.organization_id()) c;
        return;
    end if;
    if not app_private.session_may_own() then
        raise exception 'no tenant is bound' using errcode = '28000', hint = 'Call app.bind() first.';
    end if;
    for tenant in
        select organization_id from app_private.audit_head
        union select organization_id from app_private.principal
        order by 1
    loop
        perform app_private.open_session(tenant, 'system:audit', null, null);
        return query select tenant, c.* from app_private.verify_chain(tenant) c;
    end loop;
    perform app_private.rebind(bound);
end
$$;
comment on function app.verify_audit_log() is
    'Checks that no entry of the audit log was edited, deleted, moved or cut off. Keep the head elsewhere to compare.';
grant execute on function app.verify_audit_log() to hedgerow_app, hedgerow_worker;

drop function if exists app_private.session_settings(), app_private.restore_session(text[]);

reset role;
--rollback drop trigger close_block on app.audit_log;
--rollback drop function app.verify_audit_log(), app.trim_audit_log(timestamptz),
--rollback     app_private.verify_chain(uuid), app_private.close_audit_block(),
--rollback     app_private.audit_part_after(uuid),
--rollback     app_private.audit_digest(uuid, uuid),
--rollback     app_private.audit_hash(bytea, uuid, uuid, bigint, bigint, bytea);
