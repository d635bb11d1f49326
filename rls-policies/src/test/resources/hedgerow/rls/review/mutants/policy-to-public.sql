-- What was for some roles is for all.
select label, format('alter policy %s on %s to public', name, table_name) from its_policy where polroles <> '{0}'
