--liquibase formatted sql

--changeset hedgerow:0180-authority splitStatements:false stripComments:false
--comment: The person behind each key and invitation, and those who may not approve an order.
set local role hedgerow_owner;

alter table app.api_key add column created_by_person text check (created_by_person like 'user:%');
comment on column app.api_key.created_by_person is
    'The person behind created_by: the user, or the one who made the key that made this key. It outlives that key.';

alter table app.invitation add column invited_by_person text check (invited_by_person like 'user:%');
comment on column app.invitation.invited_by_person is
    'The person behind invited_by: the user, or the one who made the key that sent the invitation.';

alter table app.payment_order add column initiators text[] not null default '{}';
comment on column app.payment_order.initiators is
    'The persons behind whoever made or confirmed the order, written when it is confirmed. None of them approves it.';

alter table app.approval add column initiators text[] not null default '{}';
comment on column app.approval.initiators is
    'The persons behind whoever made or confirmed the order, or requested the approval. None of them decides.';

-- access:admin is a scope as well.
alter table app.api_key drop constraint api_key_scopes_check;
alter table app.api_key add constraint api_key_scopes_check
    check (cardinality(scopes) <= 100
           and array_to_string(scopes, ' ', '?') ~ '^([a-z_]{1,63}:(read|write|admin)( |$))*$');

-- Rows of all tenants, filled without a trace in the audit log. The owner passes the fence while it is not forced, and
-- nobody else does.
alter table app.api_key no force row level security;
alter table app.api_key disable trigger user;
alter table app.invitation no force row level security;
alter table app.invitation disable trigger user;
alter table app.payment_order no force row level security;
alter table app.payment_order disable trigger user;
alter table app.approval no force row level security;
alter table app.approval disable trigger user;
alter table app.audit_log no force row level security;

with recursive maker (organization_id, actor, person) as (
    select k.organization_id, 'key:' || k.id, k.created_by
      from app.api_key k
     where k.created_by like 'user:%'
    union
    select k.organization_id, 'key:' || k.id, m.person
      from app.api_key k
      join maker m on m.organization_id = k.organization_id and m.actor = k.created_by
)
update app.api_key k
   set created_by_person = m.person
  from maker m
 where m.organization_id = k.organization_id and m.actor = 'key:' || k.id;

update app.invitation i
   set invited_by_person = coalesce(
           (select k.created_by_person from app.api_key k
             where k.organization_id = i.organization_id and 'key:' || k.id = i.invited_by),
           case when i.invited_by like 'user:%' then i.invited_by end);

-- Only orders that still wait can be approved.
with acted (organization_id, livemode, id, actor) as (
    select o.organization_id, o.livemode, o.id, o.created_by
      from app.payment_order o
     where o.status in ('requires_approval', 'requires_execution')
    union
    select o.organization_id, o.livemode, o.id, l.actor
      from app.payment_order o
      join app.audit_log l on l.organization_id = o.organization_id and l.table_name = 'payment_order'
                          and l.row_id = o.id::text
     where o.status in ('requires_approval', 'requires_execution')
       and l.old_values ->> 'status' = 'requires_confirmation'
), behind (organization_id, livemode, id, persons) as (
    select a.organization_id, a.livemode, a.id, array_agg(distinct coalesce(k.created_by_person, a.actor))
      from acted a
      left join app.api_key k on k.organization_id = a.organization_id and k.livemode = a.livemode
                             and a.actor in ('key:' || k.id, 'agent:' || k.agent_id)
     where coalesce(k.created_by_person, a.actor) like 'user:%'
     group by 1, 2, 3
)
update app.payment_order o
   set initiators = b.persons
  from behind b
 where (b.organization_id, b.livemode, b.id) = (o.organization_id, o.livemode, o.id);

with acted (organization_id, livemode, id, actor) as (
    select a.organization_id, a.livemode, a.id, unnest(array[a.requested_by, o.created_by] || o.initiators)
      from app.approval a
      join app.payment_order o on (o.organization_id, o.livemode, o.id)
                                = (a.organization_id, a.livemode, a.payment_order_id)
     where a.status = 'pending'
), behind (organization_id, livemode, id, persons) as (
    select a.organization_id, a.livemode, a.id, array_agg(distinct coalesce(k.created_by_person, a.actor))
      from acted a
      left join app.api_key k on k.organization_id = a.organization_id and k.livemode = a.livemode
                             and a.actor in ('key:' || k.id, 'agent:' || k.agent_id)
     where coalesce(k.created_by_person, a.actor) like 'user:%'
     group by 1, 2, 3
)
update app.approval a
   set initiators = b.persons
  from behind b
 where (b.organization_id, b.livemode, b.id) = (a.organization_id, a.livemode, a.id);

do $$
declare
    orphans text;
begin
    select string_agg(format('%s %s of organization %s', g.kind, g.id, g.organization_id), ', ') into orphans
      from (select 'key' as kind, k.id, k.organization_id, k.created_by_person as person
              from app.api_key k
             where k.revoked_at is null
            union all
            select 'invitation', i.id, i.organization_id, i.invited_by_person
              from app.invitation i
             where i.status = 'pending' and i.expires_at > now()) g
     where g.person is not null
       and not exists (select from app_private.principal p
                        where p.subject = g.person and p.organization_id = g.organization_id and p.active);
    if orphans is not null then
        raise warning 'given by people who are no longer active members: %', orphans
            using hint = 'From now on keys and invitations end with their giver. Revoke those that should have.';
    end if;
end
$$;

alter table app.approval add constraint approval_second_person check (decided_by <> all (initiators));

alter table app.audit_log force row level security;
alter table app.approval enable trigger user;
alter table app.approval force row level security;
alter table app.payment_order enable trigger user;
alter table app.payment_order force row level security;
alter table app.invitation enable trigger user;
alter table app.invitation force row level security;
alter table app.api_key enable trigger user;
alter table app.api_key force row level security;

reset role;
--rollback alter table app.approval drop column initiators cascade;
--rollback alter table app.payment_order drop column initiators;
--rollback alter table app.invitation drop column invited_by_person;
--rollback alter table app.api_key drop column created_by_person;
