-- Switches that ALTER TABLE turns on and off.
select 'pg_catalog.pg_class'::regclass::oid as class, rel.oid as object,
       format('%s of %I.%I', switch.what, nsp.nspname, rel.relname) as name,
       format('alter table only %I.%I %s', nsp.nspname, rel.relname, switch.words) as statement,
       rel.oid as relation
  from pg_catalog.pg_class rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 cross join lateral (
     select 'row security', 'enable row level security' where rel.relrowsecurity
     union all
     select 'row security for the owner', 'force row level security' where rel.relforcerowsecurity
     union all
     select 'replica identity',
            case rel.relreplident when 'f' then 'replica identity full' when 'n' then 'replica identity nothing'
                                  else 'replica identity using index ' || quote_ident(idx.relname) end
       from (select) once
       left join pg_catalog.pg_index ind on ind.indrelid = rel.oid and ind.indisreplident
       left join pg_catalog.pg_class idx on idx.oid = ind.indexrelid
      where rel.relreplident <> 'd' and rel.relkind in ('r', 'p')
     union all
     select format('state of trigger %I', trg.tgname),
            format('%s trigger %I', case trg.tgenabled when 'D' then 'disable' when 'R' then 'enable replica'
                                                       when 'A' then 'enable always' else 'enable' end, trg.tgname)
       from pg_catalog.pg_trigger trg
       left join pg_catalog.pg_trigger par on par.oid = trg.tgparentid
      where trg.tgrelid = rel.oid and not trg.tgisinternal
        and (trg.tgenabled <> 'O' or coalesce(par.tgenabled, 'O') <> 'O')
     union all
     select format('state of rule %I', rul.rulename),
            format('%s rule %I', case rul.ev_enabled when 'D' then 'disable' when 'R' then 'enable replica'
                                                     else 'enable always' end, rul.rulename)
       from pg_catalog.pg_rewrite rul
      where rul.ev_class = rel.oid and rul.ev_enabled <> 'O') as switch (what, words)
 where rel.oid >= 16384 and rel.relkind in ('r', 'p', 'v', 'm') and rel.relpersistence <> 't'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
 order by rel.oid, 3
