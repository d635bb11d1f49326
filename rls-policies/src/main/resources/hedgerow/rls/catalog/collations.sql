-- Those under which different texts are equal.
select col.oid from pg_catalog.pg_collation col where not col.collisdeterministic order by col.oid
