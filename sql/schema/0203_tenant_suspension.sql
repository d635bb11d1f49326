--liquibase formatted sql

--changeset hedgerow:0203-tenant-suspension splitStatements:false stripComments:false
--comment: Tenants that the operator has suspended: nobody of theirs is bound, not even an owner.
set local role hedgerow_owner;

create table app_private.tenant_suspension (
    organization_id uuid        primary key references app.organization on delete restrict,
    id              uuid        not null default app.uuidv7(),
    reason          text        not null check (length(reason) between 1 and 500),
    status_before   text        not null check (status_before in ('active', 'suspended', 'closed')),
    suspended_at    timestamptz not null default now()
);
alter table app_private.tenant_suspension enable row level security;
alter table app_private.tenant_suspension force row level security;
create trigger audit after insert or delete on app_private.tenant_suspension for each row
    execute function app_private.audit();
comment on table app_private.tenant_suspension is
    'Kept by app_private.suspend_tenant() and app_private.reinstate_tenant(), read by app.bind().';
comment on column app_private.tenant_suspension.status_before is 'The status that the tenant returns to.';

reset role;
--rollback drop table app_private.tenant_suspension;
