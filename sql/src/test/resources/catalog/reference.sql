-- The reference rows that every installation needs.
select 'provider ' || code as name, (to_jsonb(provider) - 'created_at' - 'updated_at')::text as definition
  from app.provider
union all
select 'provider_currency ' || provider || ' ' || currency, (to_jsonb(provider_currency) - 'created_at')::text
  from app.provider_currency
union all
select 'chain ' || code, (to_jsonb(chain) - 'created_at' - 'updated_at')::text from app.chain
union all
select 'asset ' || code, (to_jsonb(asset) - 'created_at' - 'updated_at')::text from app.asset
union all
select concat_ws(' ', 'mode of provider', provider, livemode), '' from app.provider_mode
 order by name
