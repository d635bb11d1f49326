--liquibase formatted sql

--changeset hedgerow:keys runOnChange:true splitStatements:false stripComments:false
--comment: Creates and retires the keys of sealed mode. Only the owner may call these functions.
set local role hedgerow_owner;

create or replace function app_private.pad(key bytea, filler integer) returns bytea
    language sql immutable
    return decode((select string_agg(lpad(to_hex((case when i < octet_length(key) then get_byte(key, i) else 0 end)
                                                 # filler), 2, '0'), '' order by i)
                     from generate_series(0, 63) i), 'hex');
comment on function app_private.pad(bytea, integer) is
    'The key, zero-padded to one block and XORed with a byte (RFC 2104).';

-- Without a given key, it generates a random one, which never leaves the database.
create or replace function app_private.create_key(key_purpose text, key bytea default null) returns uuid
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    raw bytea := coalesce(key, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
                               || uuid_send(gen_random_uuid()));
    made uuid;
begin
    if octet_length(raw) not between 32 and 64 then
        raise exception 'the key has % bytes', octet_length(raw)
            using errcode = '22023', hint = 'Use 32 to 64 bytes.';
    end if;
    insert into app_private.seal_key (purpose, inner_pad, outer_pad)
    values (key_purpose, app_private.pad(raw, 54), app_private.pad(raw, 92))
    returning id into made;
    return made;
end
$$;
comment on function app_private.create_key(text, bytea) is
    'Adds a key. The newest key signs; every key that is not retired verifies.';

create or replace function app_private.retire_key(key uuid) returns boolean
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    update app_private.seal_key set retired_at = now() where id = key and retired_at is null;
    return found;
end
$$;
comment on function app_private.retire_key(uuid) is
    'Retires a key at once: tokens and seals made with it are no longer valid.';

-- Nobody outside needs a seal key, so sealed mode creates the first one by itself.
do $$
begin
    if app_private.mode() = 'sealed'
       and not exists (select from app_private.seal_key where purpose = 'seal' and retired_at is null) then
        perform app_private.create_key('seal');
    end if;
end
$$;

reset role;
--rollback drop function app_private.create_key(text, bytea), app_private.retire_key(uuid),
--rollback     app_private.pad(bytea, integer);
