-- The statements as the binder sends them: one pipeline, one round trip. pgbench prepares all statements of
-- a script before its first, and cannot do so inside a pipeline: hence the separate first statement.
\if :fresh
select 1;
\set fresh 0
\endif
\set tenant random(1, 1000)
\set customer :tenant * 100 + random(0, 19)
\set amount random(100, 99999)
\startpipeline
begin;
select app.bind(('018bcfe5-0000-7000-8000-' || (100000000000 + :tenant))::uuid,
                'user:018bcfe5-0000-7000-8000-' || (100000000000 + :tenant), false);
insert into app.payment_order (organization_id, livemode, customer_id, quantity, currency, amount_minor, description,
       metadata, created_by)
values (('018bcfe5-0000-7000-8000-' || (100000000000 + :tenant))::uuid, false,
        ('018bcfe5-0002-7000-8000-' || (100000000000 + :customer))::uuid, 1, 'EUR', :amount, 'Benchmark', '{}',
        app.actor())
returning id, livemode, customer_id, payment_link_id, subscription_id, price_id, payment_method_id, executing_agent_id,
       quantity, currency, amount_minor, asset, amount, refunded, recipient_address, description, metadata, status,
       expires_at, succeeded_at, created_by, created_at, updated_at, version;
commit;
\endpipeline
