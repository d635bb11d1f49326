with source as (
    select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes)) as object,
           pro.prosrc as text, 'its source' as place
      from pg_catalog.pg_proc pro
      join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and not exists (select from pg_catalog.pg_depend dep
                        where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid
                          and dep.deptype = 'e')
    union all
    select format('trigger %I on %I.%I', trg.tgname, nsp.nspname, rel.relname), encode(trg.tgargs, 'escape'),
           'its arguments'
      from pg_catalog.pg_trigger trg
      join pg_catalog.pg_class rel on rel.oid = trg.tgrelid
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where not trg.tgisinternal and trg.tgnargs > 0
    union all
    select format('foreign server %I', srv.srvname), array_to_string(srv.srvoptions, ' '), 'its options'
      from pg_catalog.pg_foreign_server srv
    union all
    select format('%I.%I', nsp.nspname, rel.relname), pg_get_expr(def.adbin, def.adrelid), 'the default of a column'
      from pg_catalog.pg_attrdef def
      join pg_catalog.pg_class rel on rel.oid = def.adrelid
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
)
select object,
       format('what looks like %s is in %s, which every role can read', min(pattern.what), min(place)) as detail,
       null::text                                                                               as fix,
       true                                                                                     as exposed
  from source
  join (values ('(?i)\m\w*(password|passwd|secret|api_?key)(\s+[a-z ]+)?\s*(:=|=>|=)\s*''[^''\s]{8,}''',
                                                                                        'a password or key'),
               ('(?i)\m(hmac|pgp_sym_encrypt|pgp_sym_decrypt)\s*\([^;]*,\s*''[^'']{6,}''\s*[,)]',  'a key'),
               ('\mpassword=[^\s'']{4,}',                                               'a password'),
               ('\m(sk|rk)_(live|test)_[0-9A-Za-z]{10,}',                               'an API key'),
               ('\m(AKIA|ASIA)[0-9A-Z]{16}\M',                                          'an access key'),
               ('-----BEGIN [A-Z ]*PRIVATE KEY-----',                                   'a private key'),
               ('\meyJ[\w-]{10,}\.eyJ[\w-]{10,}\.',                                     'a signed token'),
               ('\m[a-z][a-z0-9+]*://[^\s:/@''"]+:[^\s@/''"]+@',                        'a URL with a password')
       ) pattern (regex, what) on source.text ~ pattern.regex
 group by object
 order by object
