--liquibase formatted sql

--changeset hedgerow:0204-membership-permissions splitStatements:false stripComments:false
--comment: A member may be narrowed to less than the role allows.
set local role hedgerow_owner;

-- Whoever is narrowed hands nothing out: a key, an invitation or another membership could do more.
alter table app.membership
    add column permissions text[]
        check (permissions is null
               or cardinality(permissions) <= 100
                  and array_to_string(permissions, ' ', '?') ~ '^([a-z_]{1,63}:(read|write)( |$))*$'
                  and not permissions && array['api_keys:write', 'invitations:write', 'memberships:write']),
    add check (permissions is null or role <> 'owner');
comment on column app.membership.permissions is
    'What the member may do at most, such as customers:read, within the role; null: all that the role allows.';

alter table app_private.principal drop constraint principal_check;
alter table app_private.principal
    add constraint principal_scopes_check check (kind in ('key', 'user') or scopes is null);
comment on column app_private.principal.scopes is
    'What a restricted API key or a narrowed member may do at most; null: all that the role allows. Policies hold a '
    'member to it, and the application''s door holds both.';

reset role;
--rollback alter table app_private.principal drop constraint principal_scopes_check;
--rollback alter table app_private.principal
--rollback     add constraint principal_check check (kind = 'key' or scopes is null) not valid;
--rollback alter table app.membership drop column permissions;
