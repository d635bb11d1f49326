create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role authenticator login noinherit;
grant anon, authenticated to authenticator;
create role db_owner nologin;
create schema auth;
create function auth.jwt() returns jsonb stable language sql
    return coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb;
grant usage on schema auth to anon, authenticated, db_owner;
create schema care authorization db_owner;
grant usage on schema care to anon, authenticated;
set role db_owner;

create table care.patient (
    clinic_id uuid not null,
    id        uuid not null,
    diagnosis text not null,
    primary key (clinic_id, id)
);
create table care.assignment (
    clinic_id  uuid not null,
    patient_id uuid not null,
    nurse_id   uuid not null,
    primary key (clinic_id, patient_id, nurse_id),
    foreign key (clinic_id, patient_id) references care.patient
);
create index on care.assignment (clinic_id, nurse_id);
alter table care.patient enable row level security;
alter table care.patient force row level security;
alter table care.assignment enable row level security;
alter table care.assignment force row level security;

create policy leads on care.patient to authenticated
    using (clinic_id = ((select auth.jwt()) ->> 'clinic_id')::uuid
           and ((select auth.jwt()) ->> 'user_rank') = 'lead');
create policy assigned on care.patient for select to authenticated
    using (clinic_id = ((select auth.jwt()) ->> 'clinic_id')::uuid
           and ((select auth.jwt()) ->> 'user_rank') = 'nurse'
           and exists (select from care.assignment a
                        where a.patient_id = patient.id
                          and a.nurse_id = ((select auth.jwt()) ->> 'sub')::uuid
                          and a.clinic_id = ((select auth.jwt()) ->> 'clinic_id')::uuid));
create policy leads on care.assignment to authenticated
    using (clinic_id = ((select auth.jwt()) ->> 'clinic_id')::uuid
           and ((select auth.jwt()) ->> 'user_rank') = 'lead');
create policy own on care.assignment for select to authenticated
    using (clinic_id = ((select auth.jwt()) ->> 'clinic_id')::uuid
           and nurse_id = ((select auth.jwt()) ->> 'sub')::uuid);
grant select, insert, update, delete on care.patient, care.assignment to authenticated;

reset role;
