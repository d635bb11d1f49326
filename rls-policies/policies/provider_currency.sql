--liquibase formatted sql

--changeset hedgerow:policies-provider-currency runOnChange:true splitStatements:false stripComments:false
--comment: Shared reference data: everyone reads it, a migration changes it.
set local role hedgerow_owner;
revoke all on app.provider_currency from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.provider_currency to hedgerow_app;
grant select on app.provider_currency to hedgerow_worker;
reset role;
--rollback revoke all on app.provider_currency from hedgerow_app, hedgerow_worker;
