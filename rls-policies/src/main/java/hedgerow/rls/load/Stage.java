package hedgerow.rls.load;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;

/// Makes a loaded database safe to run its own code in.
///
/// Whoever was a superuser keeps what matters to rows: no policy binds it, and it reads and writes all of them. Nobody
/// makes roles any more, or has a predefined role that reaches files, programs or other sessions. The session's own
/// role is none of these either, so that RESET and SET SESSION AUTHORIZATION lead nowhere.
final class Stage {

    private static final String ROLE = "hedgerow_stage";
    private static final int PATIENCE_SECONDS = 20;
    private static final int FIRST_WITH_MEMBERSHIP_OPTIONS = 16;

    private static final String TAME = """
        set allow_system_table_mods = on;
        delete from pg_auth_members
         where roleid in (select oid from pg_roles
                           where rolname like 'pg\\_%%' and rolname not in ('pg_read_all_data', 'pg_write_all_data'));
        reset allow_system_table_mods;
        do $$
        declare
            each record;
        begin
            for each in select rolname, rolsuper from pg_roles
                         where rolname <> '%1$s' and rolname not like 'pg\\_%%' and rolname <> '%2$s' loop
                execute format('alter role %%I nosuperuser nocreaterole nocreatedb noreplication', each.rolname);
                if each.rolsuper then
                    execute format('alter role %%I bypassrls', each.rolname);
                    execute format('grant pg_read_all_data, pg_write_all_data to %%I', each.rolname);
                end if;
                execute format('grant %%I to %2$s %3$s', each.rolname);
            end loop;
        end $$
        """;

    private Stage() {}

    static Connection open(Sandbox sandbox) throws SQLException {
        var password = HexFormat.of().formatHex(new SecureRandom().generateSeed(24));
        var admin = sandbox.admin();
        var options = admin.getMetaData().getDatabaseMajorVersion() >= FIRST_WITH_MEMBERSHIP_OPTIONS
                ? "with inherit true, set true"
                : "";
        Sandbox.execute(admin, "create role %s login bypassrls password '%s'".formatted(ROLE, password));
        Sandbox.execute(admin, "alter role %s set temp_file_limit = '256MB'".formatted(ROLE));
        Sandbox.execute(admin, TAME.formatted(Sandbox.SUPERUSER, ROLE, options));
        var stage = sandbox.session(ROLE, password, PATIENCE_SECONDS);
        stage.setAutoCommit(false);
        Sandbox.execute(stage, "set statement_timeout = '10s'");
        stage.commit();
        return stage;
    }
}
