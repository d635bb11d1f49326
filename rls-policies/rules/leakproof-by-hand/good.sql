create role rule_app login;
create function public.normal(value text) returns text language plpgsql immutable as $$
begin
    return lower(value);
end $$;
