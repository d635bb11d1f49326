-- Collations under which different texts can be equal.
select col.oid from pg_catalog.pg_collation col where not col.collisdeterministic order by col.oid
