create role rule_owner nologin;
create role rule_app login;
create schema app authorization rule_owner;
grant usage on schema app to rule_app;
set role rule_owner;
create table app.invoice (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
grant select, insert on app.invoice to rule_app;
-- reached through a foreign key, and by a grant on one column
create table app.invoice_line (
    invoice_organization uuid not null,
    invoice_id           uuid not null,
    line_no              int  not null,
    primary key (invoice_organization, invoice_id, line_no),
    foreign key (invoice_organization, invoice_id) references app.invoice
);
grant select (line_no) on app.invoice_line to rule_app;
create table app.customer (organization_id uuid not null, id uuid not null, primary key (organization_id, id));
grant select on app.customer to rule_app;
reset role;
