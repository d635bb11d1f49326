--liquibase formatted sql

--changeset hedgerow:0221-mail splitStatements:false stripComments:false
--comment: E-mail on its way to one person: an invitation to the invited, or an approval to somebody who may decide it.
set local role hedgerow_owner;

create table app.mail (
    organization_id   uuid        not null references app.organization on delete restrict,
    livemode          boolean     not null,
    id                uuid        not null default app.uuidv7(),
    invitation_id     uuid,
    approval_id       uuid,
    user_id           uuid,
    secret_key_id     text        check (length(secret_key_id) between 1 and 100),
    secret_nonce      bytea       check (octet_length(secret_nonce) = 12),
    secret_ciphertext bytea       check (octet_length(secret_ciphertext) between 17 and 1024),
    status            text        not null default 'pending'
                                  check (status in ('pending', 'sent', 'failed', 'abandoned')),
    attempts          integer     not null default 0 check (attempts between 0 and 100),
    next_attempt_at   timestamptz not null default now(),
    last_error        text        check (length(last_error) <= 100),
    sent_at           timestamptz,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    version           integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, invitation_id),
    unique (organization_id, livemode, approval_id, user_id),
    foreign key (organization_id, invitation_id) references app.invitation on delete cascade,
    foreign key (organization_id, livemode, approval_id) references app.approval on delete cascade,
    constraint mail_subject_check check (num_nonnulls(invitation_id, approval_id) = 1
                                         and (approval_id is null) = (user_id is null)),
    constraint mail_secret_check check (num_nonnulls(secret_key_id, secret_nonce, secret_ciphertext) in (0, 3)),
    check ((status = 'sent') = (sent_at is not null))
);
create index mail_due on app.mail (organization_id, livemode, next_attempt_at) where status in ('pending', 'failed');
create index mail_invitation on app.mail (organization_id, invitation_id);
create index mail_ended on app.mail (organization_id, livemode, created_at) where status in ('sent', 'abandoned');
alter table app.mail enable row level security;
alter table app.mail force row level security;
create trigger touch before update on app.mail for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.mail for each row
    execute function app_private.audit('secret_nonce', 'secret_ciphertext');
create trigger transitions before insert or update on app.mail for each row
    execute function app_private.check_transition('status', ':pending', 'pending:sent', 'pending:failed',
        'pending:abandoned', 'failed:sent', 'failed:abandoned');
comment on table app.mail is
    'E-mail on its way to one person. Its address and text are read from other rows when it is sent, and not kept.';
comment on column app.mail.user_id is 'Who may decide. The address is that of the membership, if there still is one.';
comment on column app.mail.secret_ciphertext is
    'The token of an invitation, for its link. Written by the application, read by the worker, gone once it is sent.';

alter table app_private.wake drop constraint wake_kind_check;
alter table app_private.wake
    add constraint wake_kind_check check (kind in ('publish', 'deliver', 'expire', 'retain', 'execute', 'mail'));
alter table app_private.turn drop constraint turn_kind_check;
alter table app_private.turn
    add constraint turn_kind_check check (kind in ('publish', 'deliver', 'expire', 'retain', 'execute', 'mail'));

reset role;
--rollback delete from app_private.wake where kind = 'mail';
--rollback delete from app_private.turn where kind = 'mail';
--rollback drop table app.mail;
