create role rule_app login;
create function public.normal(value text) returns text language plpgsql immutable leakproof as $$
begin
    raise notice 'saw %', value;
    return lower(value);
end $$;
