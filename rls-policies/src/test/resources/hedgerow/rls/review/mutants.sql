-- What operators of mutants look at, and how they write a policy. Dropped again before a mutant is made.

create temporary view its_schema as
select nsp.oid, quote_ident(nspname) as name
  from pg_catalog.pg_namespace nsp
 where nspname !~ '^pg_' and nspname not in ('information_schema', 'auth', 'storage', 'extensions', 'realtime')
   and not exists (select from pg_catalog.pg_depend dep where dep.objid = nsp.oid and dep.deptype = 'e');

create temporary view its_relation as
select rel.oid, rel.relkind, rel.relrowsecurity, rel.relforcerowsecurity, rel.relispartition, rel.reloptions,
       format('%s.%I', nsp.name, relname) as name, relname, nsp.name as schema, rel.relowner::regrole::text as owner,
       rel.relowner
  from pg_catalog.pg_class rel
  join its_schema nsp on nsp.oid = rel.relnamespace;

create temporary view its_table as
select * from its_relation where relkind in ('r', 'p');

create temporary view its_login as
select oid, oid::regrole::text as name from pg_catalog.pg_roles where rolcanlogin and not rolsuper;

-- Whoever is granted anything, and the logins.
create temporary view its_role as
select role.oid, role.oid::regrole::text as name
  from pg_catalog.pg_roles role
 where not rolsuper and rolname !~ '^pg_' and rolname <> 'rule_reviewer'
   and (rolcanlogin or exists (
        select from its_relation rel join pg_catalog.pg_class cls on cls.oid = rel.oid,
               lateral pg_catalog.aclexplode(cls.relacl) grants
         where grants.grantee = role.oid and rel.relowner <> role.oid));

create temporary view its_function as
select pro.oid, pro.prokind, pro.prosecdef, pro.provolatile, pro.proconfig, pro.prolang, pro.prosrc, pro.prorettype,
       pro.proowner::regrole::text as owner, pro.prosqlbody is not null as is_parsed, lan.lanname as language,
       pro.oid::regprocedure::text as name, pro.proname
  from pg_catalog.pg_proc pro
  join its_schema nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_language lan on lan.oid = pro.prolang
 where pro.prokind in ('f', 'p') and lan.lanname in ('sql', 'plpgsql')
   and not exists (select from pg_catalog.pg_depend dep where dep.objid = pro.oid and dep.deptype = 'e');

create temporary view its_policy as
select pol.oid, pol.polname, quote_ident(polname) as name, rel.oid as relation, rel.name as table_name,
       rel.name || ' ' || quote_ident(polname) as label, pol.polpermissive, pol.polcmd, pol.polroles,
       pg_catalog.pg_get_expr(pol.polqual, pol.polrelid) as used, pg_catalog.pg_get_expr(pol.polwithcheck,
       pol.polrelid) as checked,
       case pol.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
                       else 'all' end as command,
       (select string_agg(case role when 0 then 'public' else role::regrole::text end, ', ')
          from unnest(pol.polroles) role) as roles
  from pg_catalog.pg_policy pol
  join its_table rel on rel.oid = pol.polrelid;

-- USING and WITH CHECK, one by one, with the statement that puts another text in their place.
create temporary view its_condition as
select pol.*, part.word, part.condition,
       format('alter policy %s on %s %s', pol.name, pol.table_name, part.word) as alter_it
  from its_policy pol,
       lateral (values ('using', pol.used), ('with check', pol.checked)) part (word, condition)
 where part.condition is not null;

-- The variables that say who a session is, by where they are read, and a value for each.
create temporary view its_variable as
select distinct match[1] as name,
       case when text ~ '::(integer|bigint|smallint|int)' then '7' else 'a0000000-0000-4000-8000-000000000001' end
       as value
  from (select condition from its_condition
        union all select pg_catalog.pg_get_functiondef(oid) from its_function) read (text),
       lateral regexp_matches(text, 'current_setting\(''([^'']+)''', 'g') match
 where match[1] like '%.%';

-- The columns that policies compare, and those called as they are in other tables.
create temporary view its_owner_column as
select distinct rel.oid as relation, rel.name as table_name, att.attnum, quote_ident(att.attname) as name,
       att.atttypid::regtype::text as type, att.attnotnull
  from its_table rel
  join pg_catalog.pg_attribute att on att.attrelid = rel.oid and att.attnum > 0 and not att.attisdropped
 where exists (
        select from its_condition con
          join pg_catalog.pg_depend dep on dep.objid = con.oid and dep.classid = 'pg_catalog.pg_policy'::regclass
          join pg_catalog.pg_attribute own on own.attrelid = con.relation and own.attnum = dep.refobjsubid
         where dep.refobjid = con.relation and dep.refobjsubid > 0 and own.attname = att.attname);

create temporary view its_key as
select con.oid, con.contype, con.conkey, con.confkey, con.conrelid, con.confrelid, quote_ident(con.conname) as name,
       rel.name as table_name, con.conrelid::regclass || ' ' || quote_ident(con.conname) as label,
       pg_catalog.pg_get_constraintdef(con.oid) as definition, con.confupdtype, con.confdeltype, con.confmatchtype,
       con.condeferrable
  from pg_catalog.pg_constraint con
  join its_table rel on rel.oid = con.conrelid
 where con.conparentid = 0;

create function pg_temp.columns(relation oid, numbers int2[]) returns text language sql as $$
    select string_agg(quote_ident(attname), ', ' order by place)
      from unnest(numbers) with ordinality part (number, place)
      join pg_catalog.pg_attribute on attrelid = relation and attnum = number
$$;

-- Where the bracket at a place is closed, but for brackets in texts.
create function pg_temp.closing(sql text, place int) returns int language plpgsql as $$
declare depth int := 0; quoted boolean := false; letter text;
begin
    for i in place .. length(sql) loop
        letter := substr(sql, i, 1);
        if letter = '''' then quoted := not quoted; end if;
        continue when quoted;
        depth := depth + case letter when '(' then 1 when ')' then -1 else 0 end;
        if depth = 0 then return i; end if;
    end loop;
    return length(sql);
end $$;

-- The operands of AND or OR in brackets: `((a) AND (b))` has two, anything else is one.
create function pg_temp.operands(sql text, word text) returns text[] language plpgsql as $$
declare parts text[] := '{}'; at int; until int; inner_text text := sql;
begin
    if sql like '(%' and pg_temp.closing(sql, 1) = length(sql) then
        inner_text := substr(sql, 2, length(sql) - 2);
    end if;
    at := 1;
    while at <= length(inner_text) loop
        if substr(inner_text, at, 1) <> '(' then return array[sql]; end if;
        until := pg_temp.closing(inner_text, at);
        parts := parts || substr(inner_text, at, until - at + 1);
        at := until + 1;
        exit when at > length(inner_text);
        if substr(inner_text, at, length(word) + 2) <> ' ' || word || ' ' then return array[sql]; end if;
        at := at + length(word) + 2;
    end loop;
    return parts;
end $$;

-- A text without one operand of an AND that it contains after `WHERE` or at its beginning, one for each.
create function pg_temp.without_conjunct(sql text) returns setof text language plpgsql as $$
declare parts text[]; at int; rest text; bracket text;
begin
    for at in select 1 union select (m.place)::int from (
            select sum(length(piece) + 6) over (order by n) + 1 as place
              from regexp_split_to_table(sql, 'WHERE ') with ordinality piece (piece, n)) m loop
        continue when substr(sql, at, 1) <> '(';
        bracket := substr(sql, at, pg_temp.closing(sql, at) - at + 1);
        parts := pg_temp.operands(bracket, 'AND');
        continue when cardinality(parts) < 2;
        for i in 1 .. cardinality(parts) loop
            rest := array_to_string(parts[:i - 1] || parts[i + 1:], ' AND ');
            return next substr(sql, 1, at - 1) || '(' || rest || ')' || substr(sql, at + length(bracket));
        end loop;
    end loop;
end $$;

-- The equalities of a condition that compare without sub-selects: left and right side.
create function pg_temp.equalities(sql text, out whole text, out first text, out second text) returns setof record
language sql as $$
    select '(' || m[1] || ' = ' || m[2] || ')', m[1], m[2]
      from regexp_matches(sql, '\(([a-z_."]+(?:::text)?) = ((?:[^()]|\((?:[^()]|\([^()]*\))*\))+)\)', 'gi') m
     where m[2] !~* ' (and|or) '
$$;

create function pg_temp.policy(pol its_policy, kind text, command text, roles text, used text, checked text)
returns text language sql as $$
    select format('drop policy %s on %s; create policy %1$s on %2$s as %s for %s to %s%s%s', pol.name, pol.table_name,
                  kind, command, roles,
                  case when command <> 'insert' then ' using (' || used || ')' else '' end,
                  case when command not in ('select', 'delete') then ' with check (' || checked || ')' else '' end)
$$;

create function pg_temp.kind(pol its_policy) returns text language sql as $$
    select case when pol.polpermissive then 'permissive' else 'restrictive' end
$$;
