package hedgerow.rls.load;

import hedgerow.sql.DatabaseUrl;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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

    /// Whether the schema reads the name of the database, which a copy cannot have.
    private static final String KNOWS_ITS_NAME = """
        select coalesce(bool_or(source ~* 'current_database|current_catalog|pg_database|datname'), false)
          from (select prosrc || coalesce(pg_get_function_sqlbody(oid), '') from pg_proc where oid >= 16384
                union all
                select concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) from pg_policy
                union all
                select pg_get_ruledef(oid) from pg_rewrite where oid >= 16384
                union all
                select pg_get_triggerdef(oid) from pg_trigger where oid >= 16384
                union all
                select pg_get_expr(adbin, adrelid) from pg_attrdef
                union all
                select pg_get_constraintdef(oid) from pg_constraint where contype = 'c') sources (source)
        """;

    /// The properties of a database that CREATE DATABASE does not copy: owner, privileges and settings.
    private static final String LIKE = """
        set allow_system_table_mods = on;
        update pg_database copy set datdba = original.datdba, datacl = original.datacl
          from pg_database original
         where copy.datname = '%1$s' and original.datname = current_database();
        insert into pg_db_role_setting
        select copy.oid, setrole, setconfig
          from pg_db_role_setting, pg_database copy, pg_database original
         where copy.datname = '%1$s' and original.datname = current_database() and setdatabase = original.oid;
        reset allow_system_table_mods
        """;

    private Stage() {}

    /// A session on one of several equal databases.
    ///
    /// @param session in a transaction; it breaks if one statement does not come back
    /// @param database the superuser's URL
    public record Scene(Connection session, DatabaseUrl database) {}

    /// Opens a session on the stage.
    ///
    /// @param admin the superuser's session on the scratch database
    /// @param database its URL
    /// @return in a transaction; it breaks if one statement does not come back
    public static Connection open(Connection admin, DatabaseUrl database) throws SQLException {
        return open(admin, database, 1).getFirst().session();
    }

    /// Opens a session on the scratch database and on each of several copies of it, which have the same object
    /// identifiers.
    ///
    /// @param admin the superuser's session on the scratch database, which nobody else uses
    /// @param database its URL
    /// @param number of databases, the first included; a schema that reads the name of its database has no copy
    public static List<Scene> open(Connection admin, DatabaseUrl database, int number) throws SQLException {
        var password = password();
        var role = "hedgerow_stage_" + password.substring(0, 8);
        var options = admin.getMetaData().getDatabaseMajorVersion() >= FIRST_WITH_MEMBERSHIP_OPTIONS
                ? "with inherit true, set true"
                : "";
        Sandbox.execute(admin, "create role %s login bypassrls password '%s'".formatted(role, password));
        Sandbox.execute(admin, TAME.formatted(role, options));
        Sandbox.execute(admin, "grant set on parameter session_replication_role to " + role); // rows go, come what may
        var scenes = new ArrayList<Scene>();
        for (var url : copies(admin, database, number)) {
            var stage = connect(admin, url, role, password);
            stage.setAutoCommit(false);
            Sandbox.execute(stage, "set statement_timeout = '10s'");
            stage.commit();
            scenes.add(new Scene(stage, url));
        }
        return scenes;
    }

    private static List<DatabaseUrl> copies(Connection admin, DatabaseUrl database, int number) throws SQLException {
        var all = new ArrayList<>(List.of(database));
        if (number > 1 && !knowsItsName(admin)) {
            var original = quoted(admin, admin.getCatalog());
            for (var i = 1; i < number; i++) {
                var name = "hedgerow_copy_%d_%s".formatted(i, password().substring(0, 8));
                Sandbox.execute(admin, "create database %s template %s".formatted(name, original));
                Sandbox.execute(admin, LIKE.formatted(name));
                all.add(database.withDatabase(name));
            }
        }
        return all;
    }

    private static boolean knowsItsName(Connection admin) throws SQLException {
        try (var statement = admin.createStatement();
                var row = statement.executeQuery(KNOWS_ITS_NAME)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /// Logs in as a role of the database, which gets a password for it.
    ///
    /// @param admin the superuser's session on the scratch database, on which a stage has been opened
    /// @throws SQLException if the role may not log in to the database
    public static Connection login(Connection admin, DatabaseUrl database, String role) throws SQLException {
        synchronized (admin) { // or another session's password would replace this one before it is used
            var password = password();
            Sandbox.execute(
                    admin,
                    "alter role %s password '%s' connection limit -1 valid until 'infinity'"
                            .formatted(quoted(admin, role), password));
            return connect(admin, database, role, password);
        }
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
