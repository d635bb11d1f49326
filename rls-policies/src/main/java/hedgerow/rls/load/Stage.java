package hedgerow.rls.load;

import hedgerow.sql.DatabaseUrl;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import org.postgresql.PGConnection;

/// Makes a scratch database safe to run its own code in.
///
/// A former superuser keeps the rights that matter to rows: no policy binds it, and it reads and writes all
/// of them. Nobody can create roles any longer, or has a predefined role that reaches files, programs or
/// other sessions, or a right to the system's functions that not everybody has. The session's own role has
/// none of these either, so that RESET and SET SESSION AUTHORIZATION lead nowhere.
public final class Stage {

    private static final int PATIENCE_SECONDS = 20;
    private static final int FIRST_WITH_MEMBERSHIP_OPTIONS = 16;

    private static final String TAME = """
        set allow_system_table_mods = on;
        delete from pg_auth_members
         where roleid in (select oid from pg_roles
                           where rolname like 'pg\\_%%' and rolname not in ('pg_read_all_data', 'pg_write_all_data'))
           and member not in (select oid from pg_roles where rolname like 'pg\\_%%');
        update pg_proc set proacl = initial.initprivs
          from pg_init_privs initial
         where initial.classoid = 'pg_proc'::regclass and initial.objoid = pg_proc.oid and initial.privtype = 'i';
        reset allow_system_table_mods;
        do $$
        declare
            each record;
        begin
            for each in select rolname, rolsuper from pg_roles
                         where rolname <> current_user and rolname not like 'pg\\_%%' and rolname <> '%1$s' loop
                execute format('alter role %%I nosuperuser nocreaterole nocreatedb noreplication', each.rolname);
                if each.rolsuper then
                    execute format('alter role %%I bypassrls', each.rolname);
                    execute format('grant pg_read_all_data, pg_write_all_data to %%I', each.rolname);
                end if;
                execute format('grant %%I to %1$s %2$s', each.rolname);
            end loop;
        end $$
        """;

    private Stage() {}

    /// Opens a session on the stage.
    ///
    /// @param admin the superuser's session on the scratch database
    /// @param database its URL
    /// @return in a transaction; it breaks if one statement does not come back
    public static Connection open(Connection admin, DatabaseUrl database) throws SQLException {
        var password = password();
        var role = "hedgerow_stage_" + password.substring(0, 8);
        var options = admin.getMetaData().getDatabaseMajorVersion() >= FIRST_WITH_MEMBERSHIP_OPTIONS
                ? "with inherit true, set true"
                : "";
        Sandbox.execute(admin, "create role %s login bypassrls password '%s'".formatted(role, password));
        Sandbox.execute(admin, TAME.formatted(role, options));
        Sandbox.execute(admin, "grant set on parameter session_replication_role to " + role); // rows go, come what may
        var stage = connect(admin, database, role, password);
        stage.setAutoCommit(false);
        Sandbox.execute(stage, "set statement_timeout = '10s'");
        stage.commit();
        return stage;
    }

    /// Logs in as a role of the database, which gets a password for it.
    ///
    /// @param admin the superuser's session on the scratch database, on which a stage has been opened
    /// @throws SQLException if the role may not log in to the database
    public static Connection login(Connection admin, DatabaseUrl database, String role) throws SQLException {
        var password = password();
        Sandbox.execute(
                admin,
                "alter role %s password '%s' connection limit -1 valid until 'infinity'"
                        .formatted(quoted(admin, role), password));
        return connect(admin, database, role, password);
    }

    private static Connection connect(Connection admin, DatabaseUrl database, String role, String password)
            throws SQLException {
        Sandbox.execute(admin, "alter role %s set temp_file_limit = '256MB'".formatted(quoted(admin, role)));
        return database.withUser(role, Optional.of(password))
                .withParameter("maxResultBuffer", "32M")
                .withParameter("socketTimeout", Integer.toString(PATIENCE_SECONDS))
                .connect();
    }

    private static String quoted(Connection admin, String role) throws SQLException {
        return admin.unwrap(PGConnection.class).escapeIdentifier(role);
    }

    private static String password() {
        return HexFormat.of().formatHex(new SecureRandom().generateSeed(24));
    }
}
