-- What was an exception is a notice.
select name, regexp_replace(pg_get_functiondef(oid), 'raise( exception)?', 'raise notice', 'gi') from its_function
 where language = 'plpgsql' and prosrc ~* 'raise( exception)? ''[^'']*'''
