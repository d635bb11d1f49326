--liquibase formatted sql

--changeset hedgerow:uuidv7 runOnChange:true splitStatements:false stripComments:false
--comment: Time-ordered ids (RFC 9562, version 7): the built-in function from PostgreSQL 18 on, the same layout before.
set local role hedgerow_owner;
do $do$
begin
    if current_setting('server_version_num')::int >= 180000 then
        create or replace function app.uuidv7() returns uuid
            language sql volatile parallel safe
            return pg_catalog.uuidv7();
    else
        -- Milliseconds in the first 48 bits, the fraction of the millisecond in the 12 bits after the version.
        create or replace function app.uuidv7() returns uuid
            language plpgsql volatile parallel safe
            set search_path = pg_catalog, pg_temp
        as $$
        declare
            micros bigint := extract(epoch from clock_timestamp()) * 1000000;
            id     bytea  := uuid_send(gen_random_uuid());
        begin
            id := overlay(id placing substring(int8send(micros / 1000) from 3) from 1 for 6);
            id := overlay(id placing int2send((28672 + (micros % 1000) * 4096 / 1000)::int2) from 7 for 2);
            return encode(id, 'hex')::uuid;
        end
        $$;
    end if;
end
$do$;
comment on function app.uuidv7() is 'A new id: unique, and ordered by time of creation.';
grant execute on function app.uuidv7() to hedgerow_app, hedgerow_worker, hedgerow_auth;
reset role;
--rollback empty
