-- A crowd of tenants like acme, so that each table has some thousand rows of many tenants. It runs as a
-- superuser: neither triggers nor references slow it down.
set session_replication_role = replica;

do $$
declare
    rel record;
    columns text;
    copies text;
begin
    for rel in
        select c.oid, c.relname
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
         where c.relnamespace = 'app'::regnamespace and c.relkind = 'r'
    loop
        select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
               string_agg(case a.attname when 'organization_id' then 'md5(''tenant '' || n)::uuid'
                                         else 't.' || quote_ident(a.attname) end, ', ' order by a.attnum)
          into columns, copies
          from pg_attribute a
         where a.attrelid = rel.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
        execute format(
            'with acme as (
                 select t.* from app.%1$I t join app.organization o on o.id = t.organization_id and o.slug = ''acme''
             )
             insert into app.%1$I (%2$s)
             select %3$s from acme t, generate_series(1, 4000 / (select 1 + count(*) from acme)) n',
            rel.relname, columns, copies);
    end loop;
end
$$;

insert into app.organization (id, slug, name, country, default_currency)
select md5('tenant ' || n)::uuid, 'tenant-' || n, 'Tenant', 'DE', 'EUR' from generate_series(1, 4000) n;

insert into app.app_user (id, display_name)
select md5('user ' || n)::uuid, 'Somebody' from generate_series(1, 4000) n;
insert into app.user_identity (user_id, kind, subject, email)
select md5('user ' || n)::uuid, 'email', n || '@example.com', n || '@example.com' from generate_series(1, 4000) n;
insert into app.user_wallet (user_id, kind, address)
select md5('user ' || n)::uuid, 'eoa', '0x' || lpad(to_hex(n), 40, '0') from generate_series(1, 4000) n;
insert into app.auth_session (user_id, token_hash, method, expires_at)
select md5('user ' || n)::uuid, sha256(n::text::bytea), 'email', now() + interval '1 day'
  from generate_series(1, 4000) n;

reset session_replication_role;
analyze;
