package hedgerow.rls.review;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Many tables of few kinds, each with four policies that look up memberships.
///
/// @param kinds that tables differ in, by a constant
/// @param depth 1: policies read memberships; 2: of every fifth table they read another table as well
/// @param memberships tables that hold memberships
record LargeSchema(int tables, int roles, int kinds, int depth, int memberships) {

    private static final String MEMBER = "exists (select from app.member_%1$d m where m.org_id = %2$s.org_id"
            + " and m.user_id = nullif(current_setting('app.user_id', true), '')::uuid%3$s)";

    private static final String MEMBER_TABLE = """
        create table app.member_%1$d (org_id uuid not null, user_id uuid not null, role text not null,
            primary key (org_id, user_id));
        alter table app.member_%1$d enable row level security;
        create policy self on app.member_%1$d for select
            using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
        """;

    private static final String TABLE = """
        create table app.%1$s (org_id uuid not null, id uuid not null, parent_id uuid, owner_id uuid,
            kind text not null default 'a' check (kind in ('a', 'b', 'k%2$d')), done boolean not null default false,
            primary key (org_id, id), foreign key (org_id, parent_id) references app.%3$s);
        alter table app.%1$s enable row level security;
        create policy reads on app.%1$s for select using (%4$s
            or owner_id = nullif(current_setting('app.user_id', true), '')::uuid and kind = 'k%2$d');
        create policy fence on app.%1$s as restrictive using (%5$s);
        create policy adds on app.%1$s for insert with check (%6$s);
        create policy changes on app.%1$s for update using (%5$s and not done);
        """;

    void make(Connection connection) throws SQLException {
        run(connection, "create schema app");
        for (var role = 0; role < roles; role++) {
            run(connection, "create role large_%1$d login; grant usage on schema app to large_%1$d".formatted(role));
        }
        for (var number = 0; number < memberships; number++) {
            run(connection, MEMBER_TABLE.formatted(number));
            grant(connection, "member_" + number, "select", everybody());
        }
        for (var number = 0; number < tables; number++) {
            table(connection, number);
        }
    }

    private Set<Integer> everybody() {
        var all = new TreeSet<Integer>();
        for (var role = 0; role < roles; role++) {
            all.add(role);
        }
        return all;
    }

    private void table(Connection connection, int number) throws SQLException {
        var name = "t" + number;
        var kind = number % kinds;
        var members = number % memberships;
        var nested = depth > 1 && number % 5 == 4;
        var other = "t" + Math.max(0, number - 1);
        var own = MEMBER.formatted(members, name, "");
        var read = nested
                ? "exists (select from app.%2$s p where p.org_id = %1$s.org_id and p.id = %1$s.parent_id)"
                        .formatted(name, other)
                : own;
        var adds = MEMBER.formatted(members, name, " and m.role in ('admin', 'k%d')".formatted(kind));
        run(connection, TABLE.formatted(name, kind, nested ? other : name, read, own, adds));
        var clients =
                new TreeSet<>(List.of(number % roles, (number + 1) % roles, number * 7 % roles, (number + 13) % roles));
        grant(connection, name, "select, insert, update, delete", clients);
        if (nested) {
            grant(connection, other, "select", clients);
        }
    }

    private static void grant(Connection connection, String table, String privileges, Set<Integer> roles)
            throws SQLException {
        for (var role : roles) {
            run(connection, "grant %s on app.%s to large_%d".formatted(privileges, table, role));
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
