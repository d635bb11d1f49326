--liquibase formatted sql

--changeset hedgerow:policies-provider runOnChange:true splitStatements:false stripComments:false
--comment: Shared reference data: everyone reads it, only migrations change it.
set local role hedgerow_owner;
revoke all on app.provider from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.provider to hedgerow_app;
grant select on app.provider to hedgerow_worker;
reset role;
--rollback revoke all on app.provider from hedgerow_app, hedgerow_worker, hedgerow_auth;
