-- Demo data: three tenants that look alike, test and live data, every role, every state. Ids and values are
-- the same in every installation. Running it again changes nothing. Run it as a superuser:
--
--     psql -X -v ON_ERROR_STOP=1 -1 -f sql/seed/demo.sql "$DATABASE_URL"
--
-- Demo API keys, for demos only: hk_test_<tenant><Role>DemoKey for the roles Owner, Admin, Member, Viewer and
-- Agent (of agent 1) of acme, globex and initech, and hk_live_<tenant>OwnerDemoKey for live data; padded with zeros
-- and closed by the checksum that every key has (docs/authentication.md), such as
-- hk_test_acmeOwnerDemoKey00000000000000000000492040.

create or replace function pg_temp.demo_id(of text) returns uuid
    language sql immutable
as $$
    select (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7' || substr(h, 14, 3) || '-8' || substr(h, 18, 3) || '-'
            || substr(h, 21, 12))::uuid
      from md5('hedgerow demo ' || of) h
$$;

create or replace function pg_temp.demo_address(of text) returns text
    language sql immutable
as $$
    select '0x' || substr(md5('1' || of) || md5('2' || of), 1, 40)
$$;

create or replace function pg_temp.demo_key(of text) returns text
    language sql immutable
as $$
    select body || substr(encode(sha256(convert_to(body, 'UTF8')), 'hex'), 1, 6)
      from rpad(of || 'DemoKey', 44, '0') body
$$;

create or replace function pg_temp.demo_bytes(of text, length integer) returns bytea
    language sql immutable
as $$
    select substring(sha256(convert_to(of, 'UTF8')) || sha256(convert_to(of || '+', 'UTF8')) from 1 for length)
$$;

-- People. They belong to no tenant.
insert into app.app_user (id, display_name, created_at)
select pg_temp.demo_id('user ' || person.key), person.name, '2026-01-05 09:00Z'
  from (select slug || ' ' || role as key, initcap(role) || ' of ' || initcap(slug) as name
          from unnest(array['acme', 'globex', 'initech']) slug,
               unnest(array['owner', 'admin', 'member', 'viewer', 'former']) role
        union all
        select 'robin', 'Robin') person
    on conflict do nothing;

insert into app.user_identity (id, user_id, kind, subject, email, verified_at, created_at)
select pg_temp.demo_id('identity ' || u.id), u.id, 'email', mail.address, mail.address, u.created_at, u.created_at
  from app.app_user u
 cross join lateral (select replace(lower(u.display_name), ' of ', '@') || '.example' as address) mail
 where u.created_at = '2026-01-05 09:00Z' and u.display_name like '% of %'
    on conflict do nothing;

insert into app.user_wallet (id, user_id, kind, address, label, verified_at, created_at)
select pg_temp.demo_id('user wallet ' || u.id), u.id, 'eoa', pg_temp.demo_address('user ' || u.id), 'Main',
       u.created_at, u.created_at
  from app.app_user u
 where u.created_at = '2026-01-05 09:00Z'
    on conflict do nothing;

insert into app.auth_session (id, token_hash, user_id, method, user_agent, created_at, last_seen_at, expires_at)
select pg_temp.demo_id('session ' || u.id), sha256(convert_to('demo session of ' || u.display_name, 'UTF8')), u.id,
       'wallet', 'demo', u.created_at, u.created_at, '2026-01-06 09:00Z'
  from app.app_user u
 where u.created_at = '2026-01-05 09:00Z'
    on conflict do nothing;

do $do$
declare
    slug   text;
    live   boolean;
    tenant uuid;
    scope  text;        -- the seed of the ids of this tenant and mode
    prefix text;        -- the prefix of its API keys
    day0   constant timestamptz := '2026-01-05 09:00Z';
    day2   constant timestamptz := '2026-01-07 09:00Z';
    orders integer;
    owner  text;
    admin  text;        -- approves the owner's orders
    robot  uuid;
begin
    foreach slug in array array['acme', 'globex', 'initech'] loop
        tenant := pg_temp.demo_id('organization ' || slug);
        owner := 'user:' || pg_temp.demo_id('user ' || slug || ' owner');
        admin := 'user:' || pg_temp.demo_id('user ' || slug || ' admin');
        perform app.bind(tenant, 'system:seed', false);
        continue when exists (select from app.organization o where o.id = tenant);

        insert into app.organization (id, slug, name, legal_name, country, default_currency, created_at)
        values (tenant, slug, initcap(slug), initcap(slug) || ' Ltd', 'DE', 'EUR', day0);

        insert into app.membership (organization_id, user_id, role, status, display_name, email, created_at)
        select tenant, pg_temp.demo_id('user ' || slug || ' ' || person),
               case person when 'former' then 'viewer' else person end,
               case person when 'former' then 'suspended' else 'active' end,
               initcap(person) || ' of ' || initcap(slug), person || '@' || slug || '.example', day0
          from unnest(array['owner', 'admin', 'member', 'viewer', 'former']) person;

        insert into app.invitation (organization_id, id, email, role, token_hash, invited_by, created_at, expires_at)
        select tenant, pg_temp.demo_id('invitation ' || slug || i), 'guest' || i || '@' || slug || '.example', 'viewer',
               sha256(convert_to('demo invitation ' || slug || i, 'UTF8')), owner, day0, '2036-01-01 00:00Z'
          from generate_series(1, 3) i;
        update app.invitation set status = 'revoked'
         where organization_id = tenant and email = 'guest3@' || slug || '.example';
        if slug <> 'initech' then
            insert into app.invitation (organization_id, id, email, role, token_hash, invited_by, created_at,
                   expires_at)
            values (tenant, pg_temp.demo_id('invitation ' || slug || ' robin'), 'robin@example.com',
                    case slug when 'acme' then 'member' else 'admin' end,
                    sha256(convert_to('demo invitation ' || slug || ' robin', 'UTF8')), owner,
                    day2 - interval '1 hour', '2036-01-01 00:00Z');
            update app.invitation
               set status = 'accepted', accepted_by = pg_temp.demo_id('user robin'), accepted_at = day2
             where organization_id = tenant and email = 'robin@example.com';
            insert into app.membership (organization_id, user_id, role, display_name, invitation_id, created_at)
            values (tenant, pg_temp.demo_id('user robin'), case slug when 'acme' then 'member' else 'admin' end,
                    'Robin', pg_temp.demo_id('invitation ' || slug || ' robin'), day2);
        end if;

        foreach live in array array[false, true] loop
            perform app.bind(tenant, 'system:seed', live);
            scope := slug || case when live then ' live ' else ' test ' end;
            prefix := case when live then 'hk_live_' else 'hk_test_' end || slug;
            robot := pg_temp.demo_id(scope || 'agent 1');
            orders := case when live then 50 else 200 end * case slug when 'acme' then 4 else 1 end;

            insert into app.api_key (organization_id, livemode, id, name, role, prefix, key_hash, created_by,
                   created_at)
            select tenant, live, pg_temp.demo_id(scope || 'key ' || role), 'Demo key, ' || lower(role), lower(role),
                   prefix, sha256(convert_to(pg_temp.demo_key(prefix || role), 'UTF8')), owner, day0
              from unnest(array['Owner', 'Admin', 'Member', 'Viewer']) role
             where not live or role = 'Owner';
            insert into app.api_key (organization_id, livemode, id, name, kind, role, scopes, prefix, key_hash,
                   created_by, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'key revoked'), 'Lost laptop', 'restricted', 'member',
                    array['payment_orders:read'], prefix,
                    pg_temp.demo_bytes(scope || 'lost', 32), owner, day0);
            update app.api_key set revoked_at = day0 + interval '1 day'
             where organization_id = tenant and livemode = live and name = 'Lost laptop';

            -- Products, prices and customers
            insert into app.customer (organization_id, livemode, id, name, email, country, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'customer ' || i), 'Customer ' || i,
                   'customer' || i || '@example.com', 'DE', day0 + i * interval '7 minutes'
              from generate_series(1, 100) i;
            insert into app.customer_payment_method (organization_id, livemode, id, customer_id, kind, provider,
                   provider_token, brand, last4, expires_month, expires_year, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'method ' || i), pg_temp.demo_id(scope || 'customer ' || i),
                   'card', 'stripe', 'pm_demo_' || i, 'visa', '4242', 12, 2030, day0 + i * interval '7 minutes'
              from generate_series(1, 100) i;

            insert into app.product (organization_id, livemode, id, name, description, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'product ' || i), 'Product ' || i, 'A demo product', day0
              from generate_series(1, 5) i;
            insert into app.price (organization_id, livemode, id, product_id, kind, currency, unit_amount_minor,
                   interval_unit, interval_count, tiers_mode, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'price ' || i), pg_temp.demo_id(scope || 'product ' || i),
                   k.kind, 'EUR', case when k.kind <> 'tiered' then 1000 * i end,
                   case when k.kind <> 'one_off' then 'month' end, case when k.kind <> 'one_off' then 1 end,
                   case when k.kind = 'tiered' then 'graduated' end, day0
              from generate_series(1, 5) i
             cross join lateral (select (array['one_off', 'recurring', 'tiered'])[1 + (i - 1) % 3] as kind) k;
            insert into app.price_tier (organization_id, livemode, id, price_id, up_to, unit_amount_minor, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'tier ' || i), pg_temp.demo_id(scope || 'price 3'),
                   (array[10, 100, null])[i], 500 - 100 * i, day0
              from generate_series(1, 3) i;

            if not live then
                insert into app.test_clock (organization_id, livemode, id, name, now_at, created_at)
                select tenant, live, pg_temp.demo_id(scope || 'clock ' || i), 'Clock ' || i, day0,
                       day0 + i * interval '1 hour'
                  from generate_series(1, 3) i;
                update app.test_clock set now_at = day0 + interval '1 day', status = 'advancing'
                 where organization_id = tenant and livemode = live and name = 'Clock 3';
            end if;
            insert into app.subscription (organization_id, livemode, id, customer_id, price_id, payment_method_id,
                   test_clock_id, period_started_at, period_ends_at, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'subscription ' || i),
                   pg_temp.demo_id(scope || 'customer ' || i), pg_temp.demo_id(scope || 'price 2'),
                   pg_temp.demo_id(scope || 'method ' || i),
                   case when i = 6 and not live then pg_temp.demo_id(scope || 'clock 1') end,
                   day0, day0 + interval '1 month', day0 + i * interval '1 hour'
              from generate_series(1, 20) i;
            update app.subscription set status = 'active'
             where organization_id = tenant and livemode = live and created_at > day0 + interval '2 hours';
            update app.subscription set status = 'canceled', canceled_at = day0 + interval '20 days'
             where organization_id = tenant and livemode = live and created_at > day0 + interval '18 hours';

            insert into app.subscription_period (organization_id, livemode, id, subscription_id, number, kind,
                   started_at, ended_at, follows, amount, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'period ' || i || ' ' || n),
                   pg_temp.demo_id(scope || 'subscription ' || i), n, (array['trial', 'paid', 'paused'])[n + 1],
                   day0 - (3 - n) * interval '1 day', day0 - (2 - n) * interval '1 day',
                   case when n > 0 then day0 - (3 - n) * interval '1 day' end, case when n = 1 then 2000 else 0 end,
                   day0 + (3 * i + n) * interval '1 minute'
              from generate_series(3, 5) i, generate_series(0, 2) n;

            -- Agents and their wallets
            insert into app.wallet (organization_id, livemode, id, kind, chain, address, label, created_by, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'wallet ' || i), w.kind,
                   case when live then 'eip155:8453' else 'eip155:84532' end,
                   pg_temp.demo_address(scope || 'wallet ' || i), 'Wallet ' || i, owner, day0
              from generate_series(1, 6) i
             cross join lateral (select (array['server', 'eoa', 'contract', 'smart', 'delegated',
             'in_app'])[i] as kind) w;
            insert into app.agent (organization_id, livemode, id, name, agent_wallet_id, capabilities, model_provider,
                   model_name, system_prompt, created_by, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'agent ' || i), 'Agent ' || i,
                   pg_temp.demo_id(scope || 'wallet ' || i), array['execute_payment', 'read_products'], 'example',
                   'demo-model-1', 'Pay what is due.', owner, day0
              from generate_series(1, 3) i;
            update app.agent set status = 'active'
             where organization_id = tenant and livemode = live and name in ('Agent 1', 'Agent 2');
            update app.agent set status = 'paused'
             where organization_id = tenant and livemode = live and name = 'Agent 2';
            insert into app.api_key (organization_id, livemode, id, name, role, agent_id, prefix, key_hash, created_by,
                   created_at)
            select tenant, live, pg_temp.demo_id(scope || 'key Agent'), 'Demo key, agent 1', 'agent', robot, prefix,
                   sha256(convert_to(pg_temp.demo_key(prefix || 'Agent'), 'UTF8')), owner, day0
             where not live;
            insert into app.agent_limit (organization_id, livemode, id, agent_id, currency, per_payment, per_period,
                   period, requires_approval_above, created_by, created_at, period_started_at)
            select tenant, live, pg_temp.demo_id(scope || 'limit ' || i), pg_temp.demo_id(scope || 'agent ' || i),
                   'EUR', 10000, 5000000, 'month', 4000, owner, day0, day0
              from generate_series(1, 3) i;
            insert into app.prompt_template (organization_id, livemode, id, agent_id, name, number, body, created_by,
                   created_at)
            select tenant, live, pg_temp.demo_id(scope || 'prompt ' || i), robot, 'invoices', i,
                   'Pay what is due, version ' || i || '.', owner, day0 + i * interval '1 hour'
              from generate_series(1, 2) i;
            insert into app.payment_link (organization_id, livemode, id, token, price_id, executing_agent_id,
                   created_by, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'link ' || i),
                   'demo-link-' || i || '-' || pg_temp.demo_id(scope || 'link ' || i),
                   pg_temp.demo_id(scope || 'price 1'), case when i <= 3 then robot end, owner, day0
              from generate_series(1, 6) i;

            -- Orders, by ten, in every state: they reach it by the allowed transitions
            insert into app.payment_order (organization_id, livemode, id, customer_id, payment_link_id,
                   subscription_id, price_id, payment_method_id, executing_agent_id, currency, amount_minor, metadata,
                   purchase_id, created_by, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'order ' || i),
                   pg_temp.demo_id(scope || 'customer ' || 1 + i % 100),
                   case when i % 2 = 0 then pg_temp.demo_id(scope || 'link ' || 1 + i % 6) end,
                   case when i % 2 = 1 and i % 100 < 20
                        then pg_temp.demo_id(scope || 'subscription ' || 1 + i % 100) end,
                   pg_temp.demo_id(scope || case when i % 2 = 1 and i % 100 < 20 then 'price 2' else 'price 1' end),
                   pg_temp.demo_id(scope || 'method ' || 1 + i % 100),
                   case when i % 2 = 0 then robot end, 'EUR', 1000 + 37 * (i % 200), jsonb_build_object('n', i),
                   case when i % 20 = 0 then slug || '-' || i end, owner, day0 + i * interval '11 minutes'
              from generate_series(1, orders) i;
            update app.payment_order set status = 'requires_approval'
             where organization_id = tenant and livemode = live
               and ((metadata ->> 'n')::int % 10 in (1, 4)
                    or (metadata ->> 'n')::int % 10 between 2 and 8 and executing_agent_id is not null
                       and amount_minor > 4000);
            insert into app.approval (organization_id, livemode, id, payment_order_id, agent_id, reason, requested_by,
                   expires_at, created_at)
            select tenant, live, pg_temp.demo_id('approval of ' || o.id), o.id, o.executing_agent_id,
                   'above the limit', 'agent:' || robot, '2036-01-01 00:00Z', o.created_at
              from app.payment_order o
             where o.organization_id = tenant and o.livemode = live and o.status = 'requires_approval';
            update app.approval a
               set status = 'approved', decided_by = admin, decided_at = a.created_at + interval '1 hour'
              from app.payment_order o
             where (o.organization_id, o.livemode, o.id) = (a.organization_id, a.livemode, a.payment_order_id)
               and a.organization_id = tenant and a.livemode = live and (o.metadata ->> 'n')::int % 10 <> 1;
            update app.payment_order set status = 'requires_execution'
             where organization_id = tenant and livemode = live and (metadata ->> 'n')::int % 10 between 2 and 8;
            update app.payment_order set status = 'processing'
             where organization_id = tenant and livemode = live and (metadata ->> 'n')::int % 10 between 3 and 8;
            insert into app.payment_attempt (organization_id, livemode, id, payment_order_id, number, provider,
                   agent_id, wallet_id, created_at)
            select tenant, live, pg_temp.demo_id('attempt of ' || o.id), o.id, 1,
                   case when o.executing_agent_id is null then 'stripe' else 'evm' end, o.executing_agent_id,
                   case when o.executing_agent_id is not null then pg_temp.demo_id(scope || 'wallet 1') end,
                   o.created_at
              from app.payment_order o
             where o.organization_id = tenant and o.livemode = live and o.status = 'processing';
            update app.payment_attempt
               set status = 'submitted',
                   transaction_hash = case provider
                       when 'evm' then '0x' || encode(sha256(uuid_send(payment_attempt.id)), 'hex') end
             where organization_id = tenant and livemode = live;
            update app.payment_attempt a
               set status = case (o.metadata ->> 'n')::int % 10 when 8 then 'failed' else 'succeeded' end,
                   error_code = case (o.metadata ->> 'n')::int % 10 when 8 then 'insufficient_funds' end
              from app.payment_order o
             where (o.organization_id, o.livemode, o.id) = (a.organization_id, a.livemode, a.payment_order_id)
               and a.organization_id = tenant and a.livemode = live and (o.metadata ->> 'n')::int % 10 between 4 and 8;
            update app.payment_order set status = 'succeeded', succeeded_at = created_at + interval '3 minutes'
             where organization_id = tenant and livemode = live and (metadata ->> 'n')::int % 10 between 4 and 7;
            update app.payment_order set status = 'failed'
             where organization_id = tenant and livemode = live and (metadata ->> 'n')::int % 10 = 8;
            update app.payment_order set status = 'canceled'
             where organization_id = tenant and livemode = live and (metadata ->> 'n')::int % 10 = 9;
            update app.payment_order set status = 'expired'
             where organization_id = tenant and livemode = live and (metadata ->> 'n')::int % 50 = 10;
            insert into app.provider_transaction (organization_id, livemode, id, provider, external_id,
                   payment_order_id, payment_attempt_id, currency, amount_minor, transaction_hash, block_number,
                   created_at)
            select tenant, live, pg_temp.demo_id('transaction of ' || a.id), a.provider,
                   'demo-' || (o.metadata ->> 'n'), o.id, a.id, o.currency, o.amount_minor, a.transaction_hash,
                    1000 + (o.metadata ->> 'n')::int,
                   o.succeeded_at
              from app.payment_order o
              join app.payment_attempt a on (a.organization_id, a.livemode, a.payment_order_id)
                                          = (o.organization_id, o.livemode, o.id)
             where o.organization_id = tenant and o.livemode = live and o.status = 'succeeded';
            update app.provider_transaction set status = 'confirmed'
             where organization_id = tenant and livemode = live and block_number > 1010;
            insert into app.refund (organization_id, livemode, id, payment_order_id, currency, amount_minor, reason,
                   created_by, created_at)
            select tenant, live, pg_temp.demo_id('refund of ' || o.id), o.id, 'EUR', o.amount_minor / 2,
                   'requested_by_customer', owner, o.succeeded_at + interval '1 day'
              from app.payment_order o
             where o.organization_id = tenant and o.livemode = live and o.status = 'succeeded'
               and (o.metadata ->> 'n')::int % 20 = 5;
            update app.refund set status = 'processing'
             where organization_id = tenant and livemode = live and created_at > day0 + interval '2 days';
            update app.refund set status = 'succeeded'
             where organization_id = tenant and livemode = live and created_at > day0 + interval '3 days';
            insert into app.provider_transaction (organization_id, livemode, id, provider, external_id,
                   payment_order_id, refund_id, currency, amount_minor, created_at)
            select tenant, live, pg_temp.demo_id('transaction of ' || r.id), 'sepa', 'demo-refund-' || r.id,
                   r.payment_order_id, r.id, r.currency, r.amount_minor, r.created_at + interval '1 hour'
              from app.refund r
             where r.organization_id = tenant and r.livemode = live and r.status = 'succeeded';

            -- Nonces and signatures: invented, like every hash here. No key decrypts the stand-in for the
            -- key.
            insert into app.wallet_key (organization_id, livemode, id, key_id, nonce, ciphertext, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'wallet ' || i), 'demo-1',
                   pg_temp.demo_bytes(scope || 'wallet key ' || i, 12),
                   pg_temp.demo_bytes(scope || 'wallet key ' || i, 48), day0
              from unnest(array[1, 4]) i;
            insert into app.chain_transaction (organization_id, livemode, id, wallet_id, nonce, payment_attempt_id,
                   asset, amount, recipient, gas_limit, created_at)
            select tenant, live, pg_temp.demo_id('nonce of ' || a.id),
                   pg_temp.demo_id(scope || case a.provider when 'evm' then 'wallet 1' else 'wallet 4' end),
                   row_number() over (partition by a.provider = 'evm' order by (o.metadata ->> 'n')::int) - 1, a.id,
                   case when live then 'USDC.8453' else 'USDC.84532' end, o.amount_minor * 10000,
                   pg_temp.demo_address('recipient ' || o.id), 65000, o.created_at
              from app.payment_attempt a
              join app.payment_order o on (o.organization_id, o.livemode, o.id)
                                        = (a.organization_id, a.livemode, a.payment_order_id)
             where a.organization_id = tenant and a.livemode = live
               and (a.provider = 'evm' or o.status = 'processing' and (o.metadata ->> 'n')::int % 20 = 3);
            insert into app.chain_signature (organization_id, livemode, id, chain_transaction_id, number, kind,
                   transaction_hash, raw, max_fee, max_priority_fee, created_at)
            select tenant, live, pg_temp.demo_id('signature of ' || c.id), c.id, 1, 'pay',
                   coalesce(a.transaction_hash, '0x' || encode(sha256(uuid_send(a.id)), 'hex')),
                   pg_temp.demo_bytes('raw of ' || c.id, 32), 3000000000, 1000000000, c.created_at
              from app.chain_transaction c
              join app.payment_attempt a on (a.organization_id, a.livemode, a.id)
                                          = (c.organization_id, c.livemode, c.payment_attempt_id)
             where c.organization_id = tenant and c.livemode = live;
            update app.chain_transaction c
               set status = 'signed', transaction_hash = s.transaction_hash
              from app.chain_signature s
             where c.organization_id = tenant and c.livemode = live
               and (s.organization_id, s.livemode, s.chain_transaction_id) = (c.organization_id, c.livemode, c.id);
            update app.chain_transaction c
               set status = 'mined', block_number = 1000 + c.nonce,
                   block_hash = '0x' || encode(sha256(convert_to('block ' || c.nonce, 'UTF8')), 'hex')
              from app.payment_attempt a
             where c.organization_id = tenant and c.livemode = live
               and (a.organization_id, a.livemode, a.id) = (c.organization_id, c.livemode, c.payment_attempt_id)
               and (a.status in ('succeeded', 'failed') or c.nonce % 3 = 2);
            update app.chain_transaction c
               set status = case a.status when 'succeeded' then 'confirmed' else 'reverted' end, fee = 60000000000000
              from app.payment_attempt a
             where c.organization_id = tenant and c.livemode = live
               and (a.organization_id, a.livemode, a.id) = (c.organization_id, c.livemode, c.payment_attempt_id)
               and a.status in ('succeeded', 'failed');
            update app.chain_transaction
               set status = 'needs_review',
                   review_reason = case status when 'mined' then 'another_amount_moved' else 'nonce_used_elsewhere' end
             where organization_id = tenant and livemode = live
               and (status = 'mined' or status = 'signed' and nonce % 8 = 0);

            -- What strangers paid to an address, and what nobody was asked for: made up as well.
            insert into app.deposit_scan (organization_id, livemode, id, chain, recipient, scanned_block, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'scan 1'),
                    case when live then 'eip155:8453' else 'eip155:84532' end,
                    pg_temp.demo_address(scope || 'till'), 2000, day0);
            insert into app.deposit_request (organization_id, livemode, id, payment_order_id, asset, recipient, amount,
                   from_block, expires_at, created_at)
            select tenant, live, pg_temp.demo_id('request of ' || o.id), o.id,
                   case when live then 'USDC.8453' else 'USDC.84532' end, pg_temp.demo_address(scope || 'till'),
                   o.amount_minor * 10000 + (o.metadata ->> 'n')::int, 1000, o.created_at + interval '30 minutes',
                   o.created_at
              from app.payment_order o
             where o.organization_id = tenant and o.livemode = live and o.status = 'succeeded'
               and o.executing_agent_id is null and (o.metadata ->> 'n')::int < 40;
            insert into app.deposit (organization_id, livemode, id, asset, recipient, sender, amount, transaction_hash,
                   log_index, block_number, block_hash, block_time, created_at)
            select tenant, live, pg_temp.demo_id('deposit of ' || r.id), r.asset, r.recipient,
                   pg_temp.demo_address('payer of ' || r.id), r.amount,
                   '0x' || encode(sha256(uuid_send(r.id)), 'hex'), 1,
                   1000 + row_number() over (order by r.created_at),
                   '0x' || encode(sha256(uuid_send(r.id) || 'block'), 'hex'), r.created_at + interval '5 minutes',
                   r.created_at + interval '6 minutes'
              from app.deposit_request r
             where r.organization_id = tenant and r.livemode = live;
            update app.deposit d
               set status = 'settled', payment_order_id = r.payment_order_id
              from app.deposit_request r
             where d.organization_id = tenant and d.livemode = live
               and (r.organization_id, r.livemode, r.asset, r.recipient, r.amount)
                   = (d.organization_id, d.livemode, d.asset, d.recipient, d.amount);
            insert into app.deposit (organization_id, livemode, id, asset, recipient, sender, amount, transaction_hash,
                   block_number, block_hash, block_time, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'deposit ' || i),
                   case when live then 'ETH.8453' else 'ETH.84532' end, pg_temp.demo_address(scope || 'till'),
                   pg_temp.demo_address(scope || 'payer ' || i), 1000000 + i,
                   '0x' || encode(pg_temp.demo_bytes(scope || 'deposit ' || i, 32), 'hex'), 1500 + i,
                   '0x' || encode(pg_temp.demo_bytes(scope || 'block ' || i, 32), 'hex'), day2, day2
              from generate_series(1, 2) i;
            update app.deposit set status = 'needs_review', review_reason = 'unexpected'
             where organization_id = tenant and livemode = live and amount = 1000001;
            update app.deposit_request set status = 'held' where organization_id = tenant and livemode = live;
            update app.deposit_request set status = 'released' where organization_id = tenant and livemode = live;
            update app.deposit_scan set awaited = false where organization_id = tenant and livemode = live;

            -- The books
            insert into app.ledger_account (organization_id, livemode, id, code, name, kind, unit, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'account cash'), 'cash', 'Cash at providers', 'asset',
            'EUR', day0),
                   (tenant, live, pg_temp.demo_id(scope || 'account sales'), 'sales', 'Sales', 'revenue', 'EUR', day0);
            insert into app.ledger_entry (organization_id, livemode, id, transaction_id, account_id, unit, amount,
                   payment_order_id, payment_attempt_id, posting, description, created_at)
            select tenant, live, pg_temp.demo_id(side.account || ' of ' || o.id),
                   pg_temp.demo_id('books of ' || o.id), pg_temp.demo_id(scope || 'account ' || side.account), 'EUR',
                   side.sign * o.amount_minor, o.id,
                   case when o.executing_agent_id is not null then pg_temp.demo_id('attempt of ' || o.id) end,
                   case when o.executing_agent_id is not null then 'payment' end, 'Payment', o.succeeded_at
              from app.payment_order o, (values ('cash', 1), ('sales', -1)) side (account, sign)
             where o.organization_id = tenant and o.livemode = live and o.status = 'succeeded';
            insert into app.ledger_entry (organization_id, livemode, id, transaction_id, account_id, unit, amount,
                   payment_order_id, refund_id, description, created_at)
            select tenant, live, pg_temp.demo_id(side.account || ' of ' || r.id),
                   pg_temp.demo_id('books of ' || r.id), pg_temp.demo_id(scope || 'account ' || side.account), 'EUR',
                   side.sign * r.amount_minor, r.payment_order_id, r.id, 'Refund', r.created_at + interval '1 hour'
              from app.refund r, (values ('cash', -1), ('sales', 1)) side (account, sign)
             where r.organization_id = tenant and r.livemode = live and r.status = 'succeeded';

            insert into app.ledger_account (organization_id, livemode, id, code, name, kind, unit, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'account ' || a.code), a.code, a.name, a.kind,
                   case when live then 'ETH.8453' else 'ETH.84532' end, day0
              from (values ('wallet_' || substr(pg_temp.demo_address(scope || 'till'), 3),
                            'Wallet ' || pg_temp.demo_address(scope || 'till'), 'asset'),
                           ('deposits_in_review', 'Deposits in review', 'liability')) a (code, name, kind);
            insert into app.ledger_entry (organization_id, livemode, id, transaction_id, account_id, unit, amount,
                   deposit_id, description, created_at)
            select tenant, live, pg_temp.demo_id(a.code || ' of ' || d.id), d.id, a.id, a.unit,
                   case a.kind when 'asset' then d.amount else -d.amount end, d.id, 'Deposit on the chain',
                   day0 + interval '12 days'
              from app.deposit d
              join app.ledger_account a on a.organization_id = tenant and a.livemode = live and a.unit = d.asset
             where d.organization_id = tenant and d.livemode = live and d.status = 'needs_review';

            -- The agents' log, the providers' events, and webhook endpoints
            insert into app.agent_log (organization_id, livemode, id, agent_id, payment_order_id, kind, message,
                   created_at)
            select tenant, live, pg_temp.demo_id(who || ' log of ' || o.id), pg_temp.demo_id(scope || who), o.id,
                   'decision', 'Within limits: execute.', o.created_at
              from app.payment_order o, unnest(array['agent 1', 'agent 2']) who
             where o.organization_id = tenant and o.livemode = live and o.executing_agent_id is not null
               and (o.metadata ->> 'n')::int % 20 = 6;
            insert into app.provider_credential (organization_id, livemode, id, provider, label, key_id, nonce,
                   ciphertext, hint, created_by, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'credential ' || p), p, 'Demo', 'demo-1',
                   pg_temp.demo_bytes(scope || p, 12), pg_temp.demo_bytes(scope || p, 48), 'demo', owner, day0
              from unnest(array['stripe', 'sepa']) p;
            update app.provider_credential
               set webhook_token_hash = pg_temp.demo_bytes(scope || 'way in ' || provider, 32)
             where organization_id = tenant and livemode = live and provider = 'stripe';

            -- Sessions of strangers who entered no card.
            insert into app.checkout (organization_id, livemode, id, payment_link_id, provider, provider_credential_id,
                   currency, amount_minor, message, address, next_try_at, created_at)
            select tenant, live, pg_temp.demo_id('checkout of ' || l.id), l.id, 'stripe',
                   pg_temp.demo_id(scope || 'credential stripe'), 'EUR', 4900, 'You pay 49.00 EUR.',
                   'https://pay.example/pay/' || l.token, null, l.created_at
              from app.payment_link l
             where l.organization_id = tenant and l.livemode = live;
            update app.checkout set status = 'open', external_id = 'demo-' || id
             where organization_id = tenant and livemode = live;
            update app.checkout set status = 'expired' where organization_id = tenant and livemode = live;

            -- Requests of HTTP providers: made up, as the nonces of some of the same attempts are.
            insert into app.provider_request (organization_id, livemode, id, kind, payment_order_id,
                   payment_attempt_id, provider, provider_credential_id, idempotency_key, instrument, currency,
                   amount_minor, created_at)
            select tenant, live, pg_temp.demo_id('request of ' || a.id), 'charge', o.id, a.id, 'stripe',
                   pg_temp.demo_id(scope || 'credential stripe'), o.id || '-1', 'pm_demo', o.currency,
                   o.amount_minor, o.created_at
              from app.payment_attempt a
              join app.payment_order o on (o.organization_id, o.livemode, o.id)
                                        = (a.organization_id, a.livemode, a.payment_order_id)
             where a.organization_id = tenant and a.livemode = live and a.provider = 'stripe'
               and (a.status = 'succeeded' or (o.metadata ->> 'n')::int % 20 = 3);
            insert into app.provider_request (organization_id, livemode, id, kind, payment_order_id, refund_id,
                   provider, provider_credential_id, idempotency_key, instrument, currency, amount_minor, created_at)
            select tenant, live, pg_temp.demo_id('request of ' || r.id), 'refund', r.payment_order_id, r.id,
                   'stripe', pg_temp.demo_id(scope || 'credential stripe'), r.id, 'pi_demo', r.currency,
                   r.amount_minor, r.created_at
              from app.refund r
             where r.organization_id = tenant and r.livemode = live and r.status = 'succeeded';
            update app.provider_request
               set status = 'sent', first_sent_at = created_at, tries = 1
             where organization_id = tenant and livemode = live;
            update app.provider_request r
               set status = 'succeeded', external_id = 'demo-' || r.id
             where organization_id = tenant and livemode = live
               and (kind = 'refund' or exists (select from app.payment_attempt a
                                                where a.organization_id = tenant and a.livemode = live
                                                  and a.id = r.payment_attempt_id and a.status = 'succeeded'));
            update app.provider_request
               set status = 'needs_review', review_reason = 'no_answer'
             where organization_id = tenant and livemode = live and status = 'sent';
            insert into app.provider_event (organization_id, livemode, id, provider, external_id, type, payload,
                   signature_verified, received_at, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'event ' || i), 'stripe', 'evt_demo_' || i,
                   'charge.succeeded', jsonb_build_object('n', i), true, day0 + i * interval '1 hour',
                   day0 + i * interval '1 hour'
              from generate_series(1, 10) i;
            update app.provider_event set status = 'processed', processed_at = received_at
             where organization_id = tenant and livemode = live and received_at < day0 + interval '8 hours';
            insert into app.webhook_endpoint (organization_id, livemode, id, url, event_types, secret_key_id,
                   secret_nonce, secret_ciphertext, created_by, created_at)
            select tenant, live, pg_temp.demo_id(scope || 'endpoint ' || i),
                   'https://' || slug || '.example/hooks/' || i, array['payment_order.succeeded'], 'demo-1',
                   pg_temp.demo_bytes(scope || 'hook ' || i, 12), pg_temp.demo_bytes(scope || 'hook ' || i, 48),
                   owner, day0
              from generate_series(1, 2) i;
            insert into app.outbox_event (organization_id, livemode, id, type, subject_type, subject_id, payload,
                   created_at)
            select tenant, live, pg_temp.demo_id('outbox of ' || o.id), 'payment_order.succeeded', 'payment_order',
                   o.id, jsonb_build_object('id', o.id), o.succeeded_at
              from app.payment_order o
             where o.organization_id = tenant and o.livemode = live and o.status = 'succeeded'
               and (o.metadata ->> 'n')::int <= 50;
            insert into app.webhook_delivery (organization_id, livemode, id, webhook_endpoint_id, outbox_event_id,
                   next_attempt_at, created_at)
            select tenant, live, pg_temp.demo_id('delivery of ' || e.id), pg_temp.demo_id(scope || 'endpoint 1'),
                   e.id, e.created_at, e.created_at
              from app.outbox_event e
             where e.organization_id = tenant and e.livemode = live;
            update app.webhook_delivery
               set status = 'delivered', attempts = 1, response_status = 200, delivered_at = created_at
             where organization_id = tenant and livemode = live and created_at < day0 + interval '5 hours';
            update app.webhook_delivery
               set status = 'failed', attempts = 1, response_status = 500, last_error = 'http_500'
             where organization_id = tenant and livemode = live and status = 'pending'
               and created_at < day0 + interval '9 hours';
            update app.outbox_event e set published_at = now(), sequence = numbered.n
              from (select id, row_number() over (order by created_at, id) n
                      from app.outbox_event
                     where organization_id = tenant and livemode = live
                       and created_at < day0 + interval '5 hours') numbered
             where e.organization_id = tenant and e.livemode = live and e.id = numbered.id;
            insert into app.mail (organization_id, livemode, id, invitation_id)
            values (tenant, live, pg_temp.demo_id(scope || 'mail 1'), pg_temp.demo_id('invitation ' || slug || 1));
            insert into app.mail (organization_id, livemode, id, approval_id, user_id)
            select tenant, live, pg_temp.demo_id(scope || 'mail 2'), a.id, m.user_id
              from app.approval a, app.membership m
             where a.organization_id = tenant and a.livemode = live and m.organization_id = tenant
               and m.role = 'admin' and m.status = 'active'
             order by a.id, m.user_id limit 1;
            update app.mail set status = 'sent', attempts = 1, sent_at = created_at
             where organization_id = tenant and livemode = live;
            insert into app.idempotency_key (organization_id, livemode, actor, key, method, path, request_hash,
                   response_status, response_body, created_at, expires_at)
            select tenant, live, actor, 'demo-' || i, 'POST', '/v1/payment-orders',
                   pg_temp.demo_bytes(scope || i, 32), 201, jsonb_build_object('n', i), day0, '2036-01-01 00:00Z'
              from generate_series(1, 5) i, unnest(array[owner, 'agent:' || robot]) actor;

            -- A few later and different rows of each kind, so that every filter of a list has something to
            -- distinguish.
            insert into app.product (organization_id, livemode, id, name, active, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'product 6'), 'Product 6', false, day2);
            insert into app.price (organization_id, livemode, id, product_id, kind, currency, unit_amount_minor, active,
                   created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'price 6'), pg_temp.demo_id(scope || 'product 6'), 'one_off',
                    'USD', 6000, false, day2);
            insert into app.payment_link (organization_id, livemode, id, token, price_id, created_by, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'link 7'),
                    'demo-link-7-' || pg_temp.demo_id(scope || 'link 7'),
                    pg_temp.demo_id(scope || 'price 4'), owner, day2);
            update app.payment_link set status = 'disabled'
             where organization_id = tenant and livemode = live and created_at = day2;
            insert into app.subscription (organization_id, livemode, id, customer_id, price_id, payment_method_id,
                   period_started_at, period_ends_at, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'subscription 21'), pg_temp.demo_id(scope || 'customer 21'),
                    pg_temp.demo_id(scope || 'price 5'), pg_temp.demo_id(scope || 'method 21'), day2,
                    day2 + interval '1 month', day2);
            update app.customer set archived_at = day2
             where organization_id = tenant and livemode = live and name = 'Customer 100';
            update app.customer
               set address = jsonb_build_object('line1', 'Unter den Linden 1', 'city', 'Berlin', 'postal_code', '10117',
                                                'country', 'DE')
             where organization_id = tenant and livemode = live and name in ('Customer 1', 'Customer 2', 'Customer 3');
            insert into app.customer_payment_method (organization_id, livemode, id, customer_id, kind, provider,
                   provider_token, last4, chain, wallet_address, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'method 101'), pg_temp.demo_id(scope || 'customer 1'),
                    'sepa_debit', 'sepa', 'mandate_demo_101', '3000', null, null, day2),
                   (tenant, live, pg_temp.demo_id(scope || 'method 102'), pg_temp.demo_id(scope || 'customer 2'),
                    'wallet', 'evm', null, null, case when live then 'eip155:8453' else 'eip155:84532' end,
                    pg_temp.demo_address(scope || 'method 102'), day2);
            update app.customer_payment_method set status = 'detached'
             where organization_id = tenant and livemode = live and created_at = day2 and kind = 'sepa_debit';
            insert into app.wallet (organization_id, livemode, id, kind, chain, address, label, created_by, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'wallet 7'), 'eoa',
                    case when live then 'eip155:1' else 'eip155:11155111' end,
                    pg_temp.demo_address(scope || 'wallet 7'), 'Wallet 7', owner, day2);
            update app.wallet set status = 'frozen'
             where organization_id = tenant and livemode = live and created_at = day2;
            insert into app.agent (organization_id, livemode, id, name, model_provider, model_name, created_by,
                   created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'agent 4'), 'Agent 4', 'example', 'demo-model-1', owner,
                    day2);
            insert into app.agent_limit (organization_id, livemode, id, agent_id, currency, per_payment, per_period,
                   period, requires_approval_above, active, created_by, created_at, period_started_at)
            values (tenant, live, pg_temp.demo_id(scope || 'limit 4'), pg_temp.demo_id(scope || 'agent 4'), 'USD',
                    10000, 500000, 'day', 4000, false, owner, day2, day2);
            insert into app.agent_limit (organization_id, livemode, id, agent_id, currency, per_payment, per_period,
                   period, requires_approval_above, ends_at, created_by, created_at, period_started_at)
            values (tenant, live, pg_temp.demo_id(scope || 'grant'), pg_temp.demo_id(scope || 'agent 3'), 'EUR',
                    2500, 2500, 'term', 2500, '2036-01-01 00:00Z', owner, day2, day2);
            insert into app.prompt_template (organization_id, livemode, id, agent_id, name, number, body, created_by,
                   created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'prompt 3'), pg_temp.demo_id(scope || 'agent 4'), 'greeting',
                    1, 'Introduce yourself.', owner, day2);
            insert into app.agent_log (organization_id, livemode, id, agent_id, kind, message, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'log of agent 4'), pg_temp.demo_id(scope || 'agent 4'),
                    'thought', 'There is no wallet to pay from.', day2);
            insert into app.api_key (organization_id, livemode, id, name, kind, role, scopes, prefix, key_hash,
                   created_by, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'key books'), 'Bookkeeping', 'restricted', 'viewer',
                    array['ledger_accounts:read', 'ledger_entries:read'], prefix,
                    pg_temp.demo_bytes(scope || 'books', 32), owner, day2);
            insert into app.ledger_account (organization_id, livemode, id, code, name, kind, unit, active, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'account dollars'), 'dollars', 'Cash in dollars', 'asset',
                    'USD', false, day2);
            insert into app.provider_credential (organization_id, livemode, id, provider, label, key_id, nonce,
                   ciphertext, hint, created_by, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'credential adyen'), 'adyen', 'Demo', 'demo-1',
                    pg_temp.demo_bytes(scope || 'adyen', 12), pg_temp.demo_bytes(scope || 'adyen', 48), 'demo', owner,
                    day2);
            update app.provider_credential set status = 'revoked'
             where organization_id = tenant and livemode = live and created_at = day2;
            insert into app.provider_event (organization_id, livemode, id, provider, external_id, type, payload,
                   signature_verified, received_at, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'event 11'), 'adyen', 'evt_demo_11', 'AUTHORISATION',
                    jsonb_build_object('n', 11), true, day2, day2);
            insert into app.webhook_endpoint (organization_id, livemode, id, url, event_types, secret_key_id,
                   secret_nonce, secret_ciphertext, created_by, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'endpoint 3'), 'https://' || slug || '.example/hooks/3',
                    array['*'], 'demo-1', pg_temp.demo_bytes(scope || 'hook 3', 12),
                    pg_temp.demo_bytes(scope || 'hook 3', 48), owner, day2);
            insert into app.outbox_event (organization_id, livemode, id, type, subject_type, subject_id, payload,
                   created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'outbox of customer 100'), 'customer.archived', 'customer',
                    pg_temp.demo_id(scope || 'customer 100'),
                    jsonb_build_object('id', pg_temp.demo_id(scope || 'customer 100')), day2);
            insert into app.webhook_delivery (organization_id, livemode, id, webhook_endpoint_id, outbox_event_id,
                   next_attempt_at, created_at)
            values (tenant, live, pg_temp.demo_id(scope || 'delivery of customer 100'),
                    pg_temp.demo_id(scope || 'endpoint 3'), pg_temp.demo_id(scope || 'outbox of customer 100'), day2,
                    day2);
            update app.webhook_endpoint set status = 'disabled'
             where organization_id = tenant and livemode = live and created_at = day2;

            -- The books must balance and the audit log must be closed before the session goes on to other
            -- data.
            set constraints all immediate;
            set constraints all deferred;
        end loop;
    end loop;
end
$do$;
