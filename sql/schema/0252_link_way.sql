--liquibase formatted sql

--changeset hedgerow:0252-link-way splitStatements:false stripComments:false
--comment: The tenant of a payment link, by the hash of its token, for the public page on which a stranger pays it.
set local role hedgerow_owner;

create table app_private.link_way (
    token_hash      bytea   primary key check (octet_length(token_hash) = 32),
    organization_id uuid    not null,
    livemode        boolean not null,
    link_id         uuid    not null,
    unique (organization_id, livemode, link_id)
);
alter table app_private.link_way enable row level security;
alter table app_private.link_way force row level security;
comment on table app_private.link_way is
    'Whose payment link a token opens, by the SHA-256 of the token. Read by app.find_payment_link().';

-- Links that exist already. The owner passes the fence while it is not forced, and nobody else does.
alter table app.payment_link no force row level security;
alter table app_private.link_way no force row level security;
insert into app_private.link_way (token_hash, organization_id, livemode, link_id)
select sha256(convert_to(l.token, 'UTF8')), l.organization_id, l.livemode, l.id
  from app.payment_link l
 order by l.created_at, l.id
    on conflict do nothing;
alter table app_private.link_way force row level security;
alter table app.payment_link force row level security;

reset role;
--rollback drop table app_private.link_way;
