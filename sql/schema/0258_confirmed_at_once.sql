--liquibase formatted sql

--changeset hedgerow:0258-confirmed-at-once splitStatements:false stripComments:false
--comment: What a chain did is recorded once it is deep enough: as confirmed, by one row and one entry of the log.
set local role hedgerow_owner;

drop trigger transitions on app.provider_transaction;
create trigger transitions before insert or update on app.provider_transaction for each row
    execute function app_private.check_transition('status', ':pending', ':confirmed', 'pending:confirmed',
                                                  'pending:failed', 'confirmed:reversed');

reset role;
--rollback drop trigger transitions on app.provider_transaction;
--rollback create trigger transitions before insert or update on app.provider_transaction for each row
--rollback     execute function app_private.check_transition('status', ':pending', 'pending:confirmed',
--rollback         'pending:failed', 'confirmed:reversed');
