-- outside: uniqueness is a residual risk, of which no claim speaks
select key.label, format('create unique index on %s (%s)', table_name, pg_temp.columns(conrelid, conkey[2:]))
  from its_key key where contype in ('p', 'u') and cardinality(conkey) > 1
