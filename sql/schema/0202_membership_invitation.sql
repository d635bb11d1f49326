--liquibase formatted sql

--changeset hedgerow:0202-membership-invitation splitStatements:false stripComments:false
--comment: By which invitation a member came in.
set local role hedgerow_owner;

alter table app.membership
    add column invitation_id uuid,
    add foreign key (organization_id, invitation_id) references app.invitation on delete restrict;
create index membership_invitation on app.membership (organization_id, invitation_id);
comment on column app.membership.invitation_id is
    'The invitation that the member accepted; null for the founder, and for members from before it was kept.';

reset role;
--rollback alter table app.membership drop column invitation_id;
