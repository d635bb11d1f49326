create role rule_app login;
create schema app;
grant usage on schema app to rule_app;
create table app.invoice (
    tenant_id uuid not null,
    id        int  not null,
    status    text not null,
    primary key (tenant_id, id)
);
alter table app.invoice enable row level security;
alter table app.invoice force row level security;
grant select, insert, update, delete on app.invoice to rule_app;
create table app.member (tenant_id uuid not null, user_id uuid not null, primary key (tenant_id, user_id));
create function app.is_member(organization uuid) returns boolean language plpgsql stable as $$
begin
    return exists (select from member m where m.tenant_id = organization
        and m.user_id = nullif(current_setting('app.user_id', true), '')::uuid);
end $$;
create policy members on app.invoice using (app.is_member(tenant_id));
