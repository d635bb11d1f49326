create table public.profiles (id uuid primary key references auth.users on delete cascade, name text not null);
alter table public.profiles enable row level security;
create policy "read own" on public.profiles for select to authenticated
    using ((select auth.uid()) = id);
create policy "change own" on public.profiles for update to authenticated
    using ((select auth.uid()) = id)
    with check ((select auth.uid()) = id);
create table public.todos (
    id bigint generated always as identity primary key,
    user_id uuid not null default auth.uid() references auth.users on delete cascade,
    task text,
    done boolean not null default false
);
create index on public.todos (user_id);
alter table public.todos enable row level security;
create policy "own todos" on public.todos for all to authenticated
    using ((select auth.uid()) = user_id)
    with check ((select auth.uid()) = user_id);
create table public.countries (id int primary key, name text not null);
alter table public.countries enable row level security;
create policy "everybody reads" on public.countries for select to anon, authenticated using (true);
create function public.handle_new_user() returns trigger language plpgsql security definer
    set search_path = '' as $$
begin
    insert into public.profiles (id, name) values (new.id, '');
    return new;
end $$;
revoke execute on function public.handle_new_user() from public, anon, authenticated;
create view public.open_todos with (security_invoker = true) as select * from public.todos where not done;

-- Four real holes among all that the platform grants.
create table public.leaked (id bigint generated always as identity primary key, user_id uuid not null, body text);
create policy "everybody reads todos" on public.todos for select to authenticated using (true);
create view public.all_todos as select * from public.todos;
create function public.todo_of(todo bigint) returns setof public.todos language sql security definer
    set search_path = '' as 'select * from public.todos where id = todo';
