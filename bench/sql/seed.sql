-- 1,000 tenants with 20 customers, 1,000 orders and one API key each. Ids are numbered, so that a load
-- generator can compute them without look-ups:
--
--     tenant t, and the person who owns it    018bcfe5-0000-7000-8000-(100000000000 + t)
--     its order k, 0 to 999                   018bcfe5-0001-7000-8000-(100000000000 + t * 1000 + k)
--     its customer c, 0 to 19                 018bcfe5-0002-7000-8000-(100000000000 + t * 100 + c)
--     its API key                             hk_test_ and t as 36 digits, and a checksum
create function pg_temp.id(kind integer, n bigint) returns uuid
    language sql immutable
    return (format('018bcfe5-%s-7000-8000-', lpad(kind::text, 4, '0')) || (100000000000 + n))::uuid;

create function pg_temp.key_body(t integer) returns text
    language sql immutable
    return 'hk_test_' || lpad(t::text, 36, '0');

-- With all triggers, which write the principals and the audit log.
insert into app.app_user (id, display_name)
select pg_temp.id(0, t), 'Owner ' || t from generate_series(1, 1000) t;

do $$
declare
    tenant uuid;
begin
    for t in 1 .. 1000 loop
        tenant := pg_temp.id(0, t);
        perform app.bind(tenant, 'system:seed', false);
        insert into app.organization (id, slug, name, country, default_currency)
        values (tenant, 'tenant-' || t, 'Tenant ' || t, 'DE', 'EUR');
        insert into app.membership (organization_id, user_id, role, display_name)
        values (tenant, tenant, 'owner', 'Owner ' || t);
        insert into app.api_key (organization_id, livemode, name, role, prefix, key_hash, created_by)
        select tenant, false, 'Bench', 'owner', left(body, 16),
               sha256(convert_to(body || left(encode(sha256(convert_to(body, 'UTF8')), 'hex'), 6), 'UTF8')),
               'user:' || tenant
          from pg_temp.key_body(t) body;
    end loop;
end
$$;

-- Without triggers and foreign keys, which would take an hour. In time order, so that the rows of a tenant
-- are scattered, as they are where many tenants are busy.
set session_replication_role = replica;

insert into app.customer (organization_id, livemode, id, name, created_at, updated_at)
select pg_temp.id(0, t), false, pg_temp.id(2, t * 100 + c), 'Customer ' || c, '2026-01-01Z', '2026-01-01Z'
  from generate_series(0, 19) c, generate_series(1, 1000) t;

insert into app.payment_order (organization_id, livemode, id, customer_id, currency, amount_minor, description, status,
       succeeded_at, created_by, created_at, updated_at)
select pg_temp.id(0, t), false, pg_temp.id(1, t * 1000 + k), pg_temp.id(2, t * 100 + k % 20), 'EUR',
       100 + (k * 7919 + t) % 99900, 'Order ' || k, status, case status when 'succeeded' then created end,
       'user:' || pg_temp.id(0, t), created, created
  from generate_series(0, 999) k,
       generate_series(1, 1000) t,
       lateral (select '2026-01-01Z'::timestamptz + k * interval '10 minutes' + t * interval '100 milliseconds'
                       as created) at_time,
       lateral (select (array['succeeded', 'succeeded', 'requires_confirmation', 'requires_execution',
                              'canceled'])[1 + (k + t) % 5] as status) in_state
 order by k, t;

reset session_replication_role;
