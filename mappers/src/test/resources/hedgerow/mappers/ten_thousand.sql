-- 10,000 rows of one tenant in each of its tables, and no statistics of any. They are copies of existing
-- rows, in which each id is that of the row's number: row 4711 refers to row 4711. It runs as a superuser:
-- neither triggers nor CHECK constraints prevent a row whose statement is to be planned.
set session_replication_role = replica;
update pg_class set relpages = 0, reltuples = -1
 where relnamespace in ('app'::regnamespace, 'app_private'::regnamespace);
delete from pg_statistic;

do $$
declare
    item record;
begin
    for item in
        select conrelid::regclass as "table", quote_ident(conname) as name
          from pg_constraint
         where contype = 'c' and connamespace = 'app'::regnamespace and conrelid <> 0
    loop
        execute format('alter table %s drop constraint %s', item."table", item.name);
    end loop;
    for item in
        select oid::regclass as "table" from pg_class where relnamespace = 'app'::regnamespace and relkind = 'r'
    loop
        execute format('alter table %1$s set (autovacuum_enabled = off); alter table %1$s disable trigger all',
                       item."table");
    end loop;
    for item in
        select rel.oid::regclass as "table",
               string_agg(quote_ident(att.attname), ', ') as columns,
               string_agg(case
                   when att.attname = 'organization_id' then 't.organization_id'
                   when att.atttypid = 'uuid'::regtype
                       then format('case when t.%1$I is not null then md5(n::text)::uuid end', att.attname)
                   when att.attname = 'created_at' then 'now() - n * interval ''1 second'''
                   when not keyed.yes then format('t.%I', att.attname)
                   when att.atttypid = 'text'::regtype then format('t.%I || n', att.attname)
                   when att.atttypid = 'bytea'::regtype
                       then format('case when t.%1$I is not null then sha256(n::text::bytea) end', att.attname)
                   when att.atttypid in ('int4'::regtype, 'int8'::regtype)
                       then format('case when t.%1$I is not null then 1000000 + n end', att.attname)
                   else format('t.%I', att.attname) end, ', ') as copies
          from pg_class rel
          join pg_attribute att on att.attrelid = rel.oid and att.attnum > 0 and not att.attisdropped
                               and att.attgenerated = ''
          cross join lateral (
              select exists (select from pg_index i where i.indrelid = rel.oid and i.indisunique
                                                      and att.attnum = any (i.indkey))
                     and not exists (select from pg_constraint c
                                      where c.conrelid = rel.oid and c.contype = 'f' and att.attnum = any (c.conkey))
          ) keyed (yes)
         where rel.relnamespace = 'app'::regnamespace and rel.relkind = 'r'
           and exists (select from pg_attribute key where key.attrelid = rel.oid and key.attname = 'organization_id')
         group by rel.oid
    loop
        execute format($sql$
            with kept as materialized (
                select t.*, row_number() over () - 1 as place
                  from %1$s t join app.organization o on o.id = t.organization_id and o.slug = 'acme' limit 20
            )
            insert into %1$s (%2$s)
            select %3$s from generate_series(1, 10000) n join kept t on t.place = n %% (select count(*) from kept)
        $sql$, item."table", item.columns, item.copies);
    end loop;
end
$$;

-- An event is delivered to each enabled endpoint.
update app.webhook_endpoint set status = 'disabled'
 where id in (select md5(n::text)::uuid from generate_series(1, 10000) n);
