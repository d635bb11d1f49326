-- The whole database with psql alone, in one transaction; run it again to upgrade. Run it as a superuser,
-- or as the owner of the database with CREATEROLE:
--
--     psql -X -f sql/install.sql "$DATABASE_URL"                    plain mode
--     psql -X -v mode=sealed -f sql/install.sql "$DATABASE_URL"     sealed mode
--
-- Add -v seal=reserved or -v seal=hmac to choose how a session is kept from forgery; without it, sealed mode keeps the
-- installed seal, and a new one reserves a parameter of the server if it may (docs/sessions.md).
--
-- Liquibase (sql/changelog.yaml) installs the same files in the same order; either continues where the other stopped.
\set ON_ERROR_STOP on
\set QUIET on
set client_min_messages = warning;
begin;

select pg_advisory_xact_lock(hashtext('hedgerow install')) as locked \gset
select case when to_regproc('app_private.is_minted') is null then 'plain' else 'sealed' end as installed_mode,
       case when to_regproc('app_private.session_lines') is not null then 'reserved'
            when to_regproc('app_private.seal_holds') is not null then 'hmac'
            else 'none' end as installed_seal,
       has_parameter_privilege('backtrace_functions', 'set with grant option')
       or exists (select from pg_catalog.pg_roles
                   where rolname = 'hedgerow_auth' and has_parameter_privilege(oid, 'backtrace_functions', 'set'))
           as may_reserve \gset
\if :{?mode}
\else
\set mode :installed_mode
\endif
\if :{?seal}
\else
select case when :'mode' = 'plain' or :'installed_seal' = 'hmac' then :'installed_seal'
            when :'may_reserve' then 'reserved'
            else 'hmac' end as seal \gset
\endif

select :'mode' in ('plain', 'sealed') as mode_exists, :'seal' in ('none', 'hmac', 'reserved') as seal_exists \gset
\if :mode_exists
\else
do $$ begin raise exception 'no such mode' using hint = 'psql -v mode=plain, or -v mode=sealed'; end $$;
\endif
\if :seal_exists
\else
do $$ begin raise exception 'no such seal' using hint = 'psql -v seal=none, -v seal=hmac, or -v seal=reserved'; end $$;
\endif

create table if not exists public.databasechangelog (
    id            varchar(255) not null,
    author        varchar(255) not null,
    filename      varchar(255) not null,
    dateexecuted  timestamp    not null,
    orderexecuted integer      not null,
    exectype      varchar(10)  not null,
    md5sum        varchar(35),
    description   varchar(255),
    comments      varchar(255),
    tag           varchar(255),
    liquibase     varchar(20),
    contexts      varchar(255),
    labels        varchar(255),
    deployment_id varchar(10)
);

-- Rows that the upgrade would refuse.
\ir preflight.sql

-- Roles, and the functions that tables use.
\ir roles/roles.sql
\ir functions/uuidv7.sql
\set file sql/schema/0005_session.sql
\ir once.sql
\ir functions/session_:mode.sql
\ir functions/seal_:seal.sql
\ir functions/trigger.sql

-- Tables: each file runs once.
\set file sql/schema/0010_identity.sql
\ir once.sql
\set file sql/schema/0020_organization.sql
\ir once.sql
\set file sql/schema/0030_audit.sql
\ir once.sql
\set file sql/schema/0040_reference.sql
\ir once.sql
\set file sql/schema/0050_wallet.sql
\ir once.sql
\set file sql/schema/0060_agent.sql
\ir once.sql
\set file sql/schema/0070_customer.sql
\ir once.sql
\set file sql/schema/0080_product.sql
\ir once.sql
\set file sql/schema/0090_subscription.sql
\ir once.sql
\set file sql/schema/0100_payment.sql
\ir once.sql
\set file sql/schema/0110_approval.sql
\ir once.sql
\set file sql/schema/0120_provider.sql
\ir once.sql
\set file sql/schema/0125_agent_log.sql
\ir once.sql
\set file sql/schema/0130_ledger.sql
\ir once.sql
\set file sql/schema/0140_webhook.sql
\ir once.sql
\set file sql/schema/0150_idempotency.sql
\ir once.sql
\set file sql/schema/0152_idempotency_answer.sql
\ir once.sql
\set file sql/schema/0160_reference_mode.sql
\ir once.sql
\set file sql/schema/0161_settlement.sql
\ir once.sql
\set file sql/schema/0162_principal_subject.sql
\ir once.sql
\set file sql/schema/0163_shared_active.sql
\ir once.sql
\set file sql/schema/0164_agent_log_order.sql
\ir once.sql
\set file sql/schema/0180_authority.sql
\ir once.sql
\set file sql/schema/0200_customer_address.sql
\ir once.sql
\set file sql/schema/0201_provider_terms.sql
\ir once.sql
\set file sql/schema/0202_membership_invitation.sql
\ir once.sql
\set file sql/schema/0203_tenant_suspension.sql
\ir once.sql
\set file sql/schema/0204_membership_permissions.sql
\ir once.sql
\set file sql/schema/0205_payment_controls.sql
\ir once.sql
\set file sql/schema/0206_turn.sql
\ir once.sql
\set file sql/schema/0207_webhook_delivery.sql
\ir once.sql
\set file sql/schema/0208_audit_block_once.sql
\ir once.sql
\set file sql/schema/0209_lighter_writes.sql
\ir once.sql
\set file sql/schema/0210_chain.sql
\ir once.sql
\set file sql/schema/0220_webhook_recovery.sql
\ir once.sql
\set file sql/schema/0221_mail.sql
\ir once.sql
\set file sql/schema/0230_provider_request.sql
\ir once.sql
\set file sql/schema/0240_announced.sql
\ir once.sql
\set file sql/schema/0241_growth.sql
\ir once.sql
\set file sql/schema/0242_audit_checkpoint.sql
\ir once.sql
\set file sql/schema/0250_agents.sql
\ir once.sql
\set file sql/schema/0251_billing.sql
\ir once.sql
\set file sql/schema/0252_link_way.sql
\ir once.sql
\set file sql/schema/0253_deposit.sql
\ir once.sql
\set file sql/schema/0254_not_settled.sql
\ir once.sql
\set file sql/schema/0255_checkout.sql
\ir once.sql
\set file sql/schema/0256_deposit_decision.sql
\ir once.sql
\set file sql/schema/0257_open_requests.sql
\ir once.sql
\set file sql/schema/0258_confirmed_at_once.sql
\ir once.sql
\set file sql/schema/0259_entries_by_transaction.sql
\ir once.sql

-- The functions that use tables.
\ir functions/bind.sql
\ir functions/principal.sql
\ir functions/authority.sql
\ir functions/audit.sql
\ir functions/sign_in.sql
\ir functions/suspension.sql
\ir functions/payment.sql
\ir functions/turns.sql

-- Policies and grants: who may see and change which row.
\ir ../rls-policies/policies/agent.sql
\ir ../rls-policies/policies/agent_limit.sql
\ir ../rls-policies/policies/agent_log.sql
\ir ../rls-policies/policies/api_key.sql
\ir ../rls-policies/policies/app_user.sql
\ir ../rls-policies/policies/approval.sql
\ir ../rls-policies/policies/asset.sql
\ir ../rls-policies/policies/audit_block.sql
\ir ../rls-policies/policies/audit_checkpoint.sql
\ir ../rls-policies/policies/audit_head.sql
\ir ../rls-policies/policies/audit_log.sql
\ir ../rls-policies/policies/auth_nonce.sql
\ir ../rls-policies/policies/auth_session.sql
\ir ../rls-policies/policies/chain.sql
\ir ../rls-policies/policies/chain_signature.sql
\ir ../rls-policies/policies/chain_transaction.sql
\ir ../rls-policies/policies/checkout.sql
\ir ../rls-policies/policies/customer.sql
\ir ../rls-policies/policies/customer_payment_method.sql
\ir ../rls-policies/policies/deposit.sql
\ir ../rls-policies/policies/deposit_request.sql
\ir ../rls-policies/policies/deposit_scan.sql
\ir ../rls-policies/policies/idempotency_key.sql
\ir ../rls-policies/policies/invitation.sql
\ir ../rls-policies/policies/ledger_account.sql
\ir ../rls-policies/policies/ledger_entry.sql
\ir ../rls-policies/policies/link_way.sql
\ir ../rls-policies/policies/mail.sql
\ir ../rls-policies/policies/membership.sql
\ir ../rls-policies/policies/organization.sql
\ir ../rls-policies/policies/outbox_event.sql
\ir ../rls-policies/policies/payment_attempt.sql
\ir ../rls-policies/policies/payment_link.sql
\ir ../rls-policies/policies/payment_order.sql
\ir ../rls-policies/policies/price.sql
\ir ../rls-policies/policies/price_tier.sql
\ir ../rls-policies/policies/principal.sql
\ir ../rls-policies/policies/product.sql
\ir ../rls-policies/policies/prompt_template.sql
\ir ../rls-policies/policies/provider.sql
\ir ../rls-policies/policies/provider_credential.sql
\ir ../rls-policies/policies/provider_currency.sql
\ir ../rls-policies/policies/provider_event.sql
\ir ../rls-policies/policies/provider_mode.sql
\ir ../rls-policies/policies/provider_request.sql
\ir ../rls-policies/policies/provider_transaction.sql
\ir ../rls-policies/policies/provider_way.sql
\ir ../rls-policies/policies/refund.sql
\ir ../rls-policies/policies/seal_key.sql
\ir ../rls-policies/policies/subscription.sql
\ir ../rls-policies/policies/subscription_period.sql
\ir ../rls-policies/policies/tenant_suspension.sql
\ir ../rls-policies/policies/test_clock.sql
\ir ../rls-policies/policies/turn.sql
\ir ../rls-policies/policies/user_identity.sql
\ir ../rls-policies/policies/user_wallet.sql
\ir ../rls-policies/policies/wake.sql
\ir ../rls-policies/policies/wallet.sql
\ir ../rls-policies/policies/wallet_key.sql
\ir ../rls-policies/policies/webhook_delivery.sql
\ir ../rls-policies/policies/webhook_endpoint.sql

\ir functions/permissions.sql

-- Keys, once their policies exist.
\ir functions/keys.sql

commit;
\echo 'installed, mode' :mode', seal' :seal
