create role rule_owner nologin;
create role rule_app login;
create function public.search(term text, lim int) returns setof text
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- not 'select ' || term
    return query execute 'select name::text from app.customer where name = $1 limit ' || lim using term;
end $$;
alter function public.search(text, int) owner to rule_owner;
create function public.sorted(sort_by text) returns setof text
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format('select name::text from app.customer order by %I', sort_by);
end $$;
alter function public.sorted(text) owner to rule_owner;
create function public.quoted(term text) returns setof text
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query execute 'select name::text from app.customer where name = ' || quote_literal(term);
end $$;
