package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece.Statement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Creates the roles of a script, as the superuser, from tokens: nothing here runs code of the script.
///
/// No role becomes a superuser, or a member of a role that reaches out of the server, before [#finish].
final class Roles {

    private static final Set<String> VERBS = Set.of("create", "alter", "drop");
    private static final Set<String> KINDS = Set.of("role", "user", "group");
    private static final Set<String> SELF = Set.of("current_user", "session_user", "current_role");
    private static final Set<String> REACHING_OUT = Set.of(
            "pg_execute_server_program", "pg_read_server_files", "pg_write_server_files", "pg_create_subscription");
    private static final String EXISTS = "42710";

    /// The SQLSTATE when somebody else holds the lock that a statement needs.
    private static final String LOCKED = "55P03";

    private final Connection admin;
    private final Notes notes;
    private final Set<String> superusers = new LinkedHashSet<>();
    private final Set<String> lent = new LinkedHashSet<>();
    private final Set<String> madeUp = new TreeSet<>();
    private final List<Late> late = new ArrayList<>();

    /// A statement that waits until no statement of the files runs any longer.
    private record Late(String file, Statement statement, List<String> tokens) {}

    Roles(Connection admin, Notes notes) {
        this.admin = admin;
        this.notes = notes;
    }

    /// Whether `statement` is about roles alone: CREATE, ALTER, DROP, or GRANT and REVOKE of one to
    /// another.
    static boolean concerns(Statement statement) {
        return VERBS.contains(statement.word(0))
                        && KINDS.contains(statement.word(1))
                        && !statement.word(2).equals("mapping")
                || (statement.begins("grant") || statement.begins("revoke")) && !statement.has("on");
    }

    /// Runs a statement about roles.
    ///
    /// @param inTransaction whether the loader is in a transaction, so that the roles that it has created
    ///     are not visible here
    void run(String file, Statement statement, boolean inTransaction) {
        var tokens = statement.tokens().stream().map(Roles::self).toList();
        if (tokens.stream().anyMatch(token -> Tokens.name(token).equals(Sandbox.SUPERUSER))) {
            notes.refused(file, statement, "it names the superuser of the server that loads it");
        } else if (statement.begins("grant") || statement.begins("revoke")) {
            grant(file, statement, tokens, inTransaction);
        } else if (!Tokens.name(tokens.get(2)).equals(Sandbox.LOADER)) {
            change(file, statement, tokens, inTransaction);
        }
    }

    /// Whether the loader can act as this role: it exists and is not a superuser.
    boolean mayBecome(String name) throws SQLException {
        if (superusers.contains(name)) {
            return false;
        }
        var sql = "select exists (select from pg_roles where rolname = ? and not rolsuper)";
        try (var statement = admin.prepareStatement(sql)) {
            statement.setString(1, name);
            try (var row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /// Creates a role that the script only mentions.
    void makeUp(String name) throws SQLException {
        Sandbox.execute(admin, "create role %s login".formatted(Tokens.quoted(name)));
        lend(name);
        madeUp.add(name);
    }

    /// The roles that the script only mentions.
    Set<String> madeUp() {
        return madeUp;
    }

    /// Runs the statements that were held back, after the script's last statement, and removes the loader's
    /// own roles.
    void finish(boolean loaderIsSuperuser) throws SQLException {
        for (var one : late) {
            attempt(one.file(), one.statement(), one.tokens(), false);
        }
        for (var name : there(superusers)) {
            Sandbox.execute(admin, "alter role %s superuser".formatted(Tokens.quoted(name)));
        }
        tellMadeUp();
        takeBack(loaderIsSuperuser);
        if (loaderIsSuperuser) { // as the one that initdb creates; that it can log in is no finding about the files
            Sandbox.execute(admin, "alter role %s superuser nologin".formatted(Sandbox.LOADER));
        }
    }

    private static String self(String token) {
        return SELF.contains(token.toLowerCase(Locale.ROOT)) ? Sandbox.LOADER : token;
    }

    private void grant(String file, Statement statement, List<String> tokens, boolean inTransaction) {
        if (tokens.stream().map(Tokens::name).anyMatch(REACHING_OUT::contains)) {
            late.add(new Late(file, statement, tokens));
        } else {
            attempt(file, statement, tokens, inTransaction);
        }
    }

    private void change(String file, Statement statement, List<String> tokens, boolean inTransaction) {
        if (tokens.stream().map(Tokens::name).anyMatch(REACHING_OUT::contains)) {
            notes.refused(file, statement, "create the role first, and GRANT it afterwards");
            return;
        }
        if (statement.begins("alter") && (statement.has("set") || statement.has("reset"))) {
            late.add(new Late(file, statement, tokens));
            return;
        }
        var name = Tokens.name(tokens.get(2));
        if (statement.has("superuser")) {
            superusers.add(name);
        } else if (statement.has("nosuperuser")) {
            superusers.remove(name);
        }
        var tame = tokens.stream()
                .filter(token -> !Tokens.isWord(token, "superuser") && !Tokens.isWord(token, "nosuperuser"))
                .toList();
        attempt(file, statement, tame, inTransaction);
        if (statement.begins("create")) {
            var lend = List.of("grant", tokens.get(2), "to", Sandbox.LOADER, "with", "admin", "option");
            attempt(file, statement, lend, inTransaction);
            lent.add(name);
        }
    }

    private void attempt(String file, Statement statement, List<String> tokens, boolean inTransaction) {
        try {
            Sandbox.execute(admin, Tokens.statement(tokens));
        } catch (SQLException e) {
            if (inTransaction && (MissingRole.in(e).isPresent() || LOCKED.equals(e.getSQLState()))) {
                late.add(new Late(file, statement, tokens));
            } else if (EXISTS.equals(e.getSQLState()) && statement.begins("create")) {
                createAgain(file, statement, tokens);
            } else if (!makeUpAndRetry(e, file, statement, tokens)) {
                notes.failed(file, statement, e);
            }
        }
    }

    private boolean makeUpAndRetry(SQLException e, String file, Statement statement, List<String> tokens) {
        var missing = MissingRole.in(e);
        if (missing.isEmpty() || !statement.begins("grant") && !statement.begins("alter")) {
            return false;
        }
        try {
            makeUp(missing.get());
        } catch (SQLException cannot) {
            return false;
        }
        attempt(file, statement, tokens, false);
        return true;
    }

    /// Gives a role that exists already, made up or by the preset, the attributes of this statement.
    private void createAgain(String file, Statement statement, List<String> tokens) {
        var alter = new ArrayList<>(tokens);
        alter.set(0, "alter");
        alter.set(1, "role");
        alter.add(statement.word(1).equals("user") ? "login" : "");
        try {
            if (madeUp.remove(Tokens.name(tokens.get(2)))) {
                Sandbox.execute(admin, "alter role %s nologin".formatted(tokens.get(2)));
            }
            Sandbox.execute(admin, Tokens.statement(alter).strip());
        } catch (SQLException e) {
            notes.failed(file, statement, e);
        }
    }

    /// The roles that the files have neither dropped nor renamed.
    private List<String> there(Set<String> names) throws SQLException {
        var sql = "select rolname from pg_roles where rolname = any (?) order by rolname";
        var there = new ArrayList<String>();
        try (var statement = admin.prepareStatement(sql)) {
            statement.setArray(1, admin.createArrayOf("text", names.toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    there.add(rows.getString(1));
                }
            }
        }
        return there;
    }

    /// Notes the made-up roles. An owner beside others who have grants runs the migrations, and so does a
    /// role that may only create objects; a role that is alone does everything.
    private void tellMadeUp() throws SQLException {
        for (var name : there(madeUp)) {
            var owner = makesWhatOthersUse(name);
            Sandbox.execute(admin, "alter role %s %s".formatted(Tokens.quoted(name), owner ? "nologin" : "login"));
            var what = owner
                    ? "it creates what others use, so it is taken for a role that cannot log in"
                    : "it is taken for a login";
            notes.assume("role %s is made up, because the files use it but do not create it; %s".formatted(name, what));
        }
    }

    private boolean makesWhatOthersUse(String name) throws SQLException {
        var sql = """
            select exists (select from pg_shdepend dep where dep.refobjid = rol.oid and dep.deptype = 'o')
               and exists (select from pg_shdepend dep
                             join pg_roles other on other.oid = dep.refobjid
                            where dep.deptype = 'a' and other.oid <> rol.oid and other.rolcanlogin
                              and not exists (select from pg_shdepend own
                                               where own.refobjid = other.oid and own.deptype = 'o'
                                                 and own.classid in ('pg_class'::regclass, 'pg_proc'::regclass)))
                or exists (select from pg_namespace, aclexplode(nspacl) acl
                            where acl.grantee = rol.oid and acl.privilege_type = 'CREATE')
               and not exists (select from pg_class, aclexplode(relacl) acl where acl.grantee = rol.oid)
               and exists (select from pg_class, aclexplode(relacl) acl
                             join pg_roles other on other.oid = acl.grantee
                            where other.oid <> rol.oid and other.rolcanlogin)
              from pg_roles rol
             where rol.rolname = ?
            """;
        try (var statement = admin.prepareStatement(sql)) {
            statement.setString(1, name);
            try (var row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /// Lends a role to the loader, which can give objects to a role of which it is a member.
    private void lend(String name) throws SQLException {
        Sandbox.execute(admin, "grant %s to %s with admin option".formatted(Tokens.quoted(name), Sandbox.LOADER));
        lent.add(name);
    }

    /// Takes back the lent roles by hand, because REVOKE would also remove the loader's own grants; and
    /// bars all logins from now on.
    private void takeBack(boolean all) throws SQLException {
        Sandbox.execute(admin, "set allow_system_table_mods = on");
        var sql = """
            delete from pg_auth_members
             where member = '%s'::regrole and (? or roleid in (select oid from pg_roles where rolname = any (?)))
            """.formatted(Sandbox.LOADER);
        try (var statement = admin.prepareStatement(sql)) {
            statement.setBoolean(1, all);
            statement.setArray(2, admin.createArrayOf("text", lent.toArray()));
            statement.execute();
        }
        Sandbox.execute(admin, "update pg_authid set rolpassword = null");
        Sandbox.execute(admin, "reset allow_system_table_mods");
    }
}
