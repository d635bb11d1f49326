-- crowd.orders orders of crowd.tenants tenants, and what each leaves behind: its audit entry and block, its event, and
-- the key of its request. As the superuser, in a database that has just been migrated; autovacuum leaves it alone from
-- then on.
--
-- Ids are counted: kind 0 is a tenant and the person who owns it, 1 an order, 2 a customer. Order n is the tenant's
-- 1 + n % tenants. The rows of a tenant lie scattered, as they do where many tenants are busy.
create function pg_temp.id(kind integer, n bigint) returns uuid
    language sql immutable
    return (format('018bcfe5-%s-7000-8000-1', lpad(kind::text, 4, '0')) || lpad(n::text, 11, '0'))::uuid;

do $$
declare
    filled regclass;
begin
    for filled in
        select oid from pg_class
         where relkind = 'r' and relnamespace in ('app'::regnamespace, 'app_private'::regnamespace)
    loop
        execute format('alter table %s set (autovacuum_enabled = off)', filled);
    end loop;
end
$$;

-- Triggers and foreign keys would take hours.
set session_replication_role = replica;

insert into app.app_user (id, display_name)
select pg_temp.id(0, t), 'Owner ' || t from generate_series(1, current_setting('crowd.tenants')::int) t;
insert into app.organization (id, slug, name, country, default_currency)
select id, 'tenant-' || row_number() over (order by id), 'Tenant', 'DE', 'EUR' from app.app_user;
insert into app.membership (organization_id, user_id, role, display_name)
select id, id, 'owner', 'Owner' from app.organization;
insert into app_private.principal (subject, kind, id, organization_id, role, active, tenant_active)
select kind || ':' || o.id, kind, o.id, o.id, case kind when 'user' then 'owner' end, true, true
  from app.organization o, unnest(array['organization', 'user']) kind;
insert into app.customer (organization_id, livemode, id, name)
select pg_temp.id(0, t), false, pg_temp.id(2, t), 'Customer'
  from generate_series(1, current_setting('crowd.tenants')::int) t;

create temporary table ordered as
select n, pg_temp.id(0, 1 + n % t) as tenant, 1 + n / t as number, pg_temp.id(1, n) as id,
       pg_temp.id(2, 1 + n % t) as customer, '2026-01-01Z'::timestamptz + n * interval '10 seconds' as at
  from generate_series(0, current_setting('crowd.orders')::bigint - 1) n,
       lateral (select current_setting('crowd.tenants')::bigint as t) tenants;
insert into app.payment_order (organization_id, livemode, id, customer_id, currency, amount_minor, description, status,
                               succeeded_at, created_by, created_at, updated_at)
select tenant, false, id, customer, 'EUR', 100 + n % 99900, 'Order ' || n, 'succeeded', at, 'user:' || tenant, at, at
  from ordered order by n;
insert into app.audit_log (organization_id, id, block_id, livemode, actor, action, table_name, row_id, new_values,
                           created_at)
select o.tenant, o.id, o.id, false, 'user:' || o.tenant, 'insert', 'payment_order', o.id::text, to_jsonb(p), o.at
  from ordered o
  join app.payment_order p on p.organization_id = o.tenant and not p.livemode and p.id = o.id
 order by n;
insert into app.audit_block (organization_id, id, number, entries, previous_hash, hash, created_at)
select tenant, id, number, 1, sha256(int8send(n - 1)), sha256(int8send(n)), at from ordered order by n;
insert into app_private.audit_head (organization_id, blocks, hash)
select tenant, max(number), sha256('') from ordered group by tenant;
insert into app.outbox_event (organization_id, livemode, id, type, subject_type, subject_id, payload, published_at,
                              sequence, created_at)
select tenant, false, id, 'payment_order.created', 'payment_order', id, jsonb_build_object('id', id), at, number, at
  from ordered order by n;
insert into app.idempotency_key (organization_id, livemode, actor, key, method, path, request_hash,
                                 expires_at)
select tenant, false, 'user:' || tenant, 'key-' || n, 'POST', '/v1/payment-orders',
       sha256(int8send(n)), at + interval '10 years'
  from ordered order by n;
drop table ordered;

reset session_replication_role;
