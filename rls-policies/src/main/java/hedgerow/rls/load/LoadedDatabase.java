package hedgerow.rls.load;

import hedgerow.rls.review.Origin;
import hedgerow.sql.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The database that SQL files create, on a temporary server that vanishes with it.
///
/// The files may be untrusted: they run without a superuser's rights, within limits of time and size, and
/// can reach neither files nor programs nor the network.
public final class LoadedDatabase implements AutoCloseable {

    private final Sandbox sandbox;
    private final Origin origin;

    private LoadedDatabase(Sandbox sandbox, Origin origin) {
        this.sandbox = sandbox;
        this.origin = origin;
    }

    /// Loads the files.
    ///
    /// @param paths files in their order, and directories whose `.sql` files are taken by name
    /// @param postgres major version of the server, one of [EmbeddedPostgres#VERSIONS]
    /// @param searchPath schemas of names without one, which are made first; if empty, `public`
    /// @param progress receives the name of each file
    /// @throws LoadProblem if a file cannot be read, or is too large; or if a schema cannot be made
    public static LoadedDatabase load(
            List<Path> paths,
            int postgres,
            Optional<Preset> preset,
            List<String> searchPath,
            Consumer<String> progress) {
        return load(paths, postgres, preset, searchPath, LoadLimits.USUAL, progress);
    }

    static LoadedDatabase load(
            List<Path> paths,
            int postgres,
            Optional<Preset> preset,
            List<String> searchPath,
            LoadLimits limits,
            Consumer<String> progress) {
        var files = new ScriptFiles(paths, limits);
        var sandbox = Sandbox.start(postgres, progress);
        try {
            var loading = new Loading(sandbox, files, limits, preset, searchPath, progress);
            return new LoadedDatabase(sandbox, loading.load());
        } catch (SQLException e) {
            sandbox.close();
            throw new IllegalStateException("the server of the files failed", e);
        } catch (RuntimeException e) {
            sandbox.close();
            throw e;
        }
    }

    /// The superuser's connection, on which none of the files' code runs.
    public Connection connection() {
        return sandbox.admin();
    }

    /// A session in which untrusted code may run: not of a superuser, but of a member of every role, whom
    /// no policy binds.
    ///
    /// The roles of the database lose every privilege that reaches out of it; the catalog must be read
    /// before.
    ///
    /// @return in a transaction; it breaks if one statement does not come back
    public Connection stage() throws SQLException {
        return Stage.open(sandbox.admin(), sandbox.url());
    }

    /// Sessions like [#stage]'s on this database and on copies of it, which have the same object identifiers and
    /// vanish with it.
    ///
    /// @param number of databases; fewer if the schema reads the name of its database
    public List<Stage.Scene> stages(int number) throws SQLException {
        return Stage.open(sandbox.admin(), sandbox.url(), number);
    }

    /// Logs in as a role of the database, once there is a stage.
    ///
    /// @throws SQLException if the role may not log in
    public Connection login(String role) throws SQLException {
        return Stage.login(sandbox.admin(), sandbox.url(), role);
    }

    /// Logs in as a role of one of the databases of [#stages].
    ///
    /// @throws SQLException if the role may not log in
    public Connection login(Stage.Scene scene, String role) throws SQLException {
        return Stage.login(sandbox.admin(), scene.database(), role);
    }

    public Origin origin() {
        return origin;
    }

    @Override
    public void close() {
        sandbox.close();
    }

    /// One run over all files.
    private record Loading(
            Sandbox sandbox,
            ScriptFiles files,
            LoadLimits limits,
            Optional<Preset> preset,
            List<String> searchPath,
            Consumer<String> progress) {

        Origin load() throws SQLException {
            var notes = new Notes();
            var places = new Places();
            var roles = new Roles(sandbox.admin(), notes);
            var deferred = new Deferred(sandbox.admin(), notes);
            if (preset.isPresent()) {
                Sandbox.execute(sandbox.admin(), preset.get().prelude());
                notes.assume("preset " + preset.get().label());
                preset.get().assumption().ifPresent(notes::assume);
            }
            if (!searchPath.isEmpty()) {
                setSearchPath();
                notes.assume("names without a schema are in %s, as you say, which everybody may use"
                        .formatted(String.join(", ", searchPath)));
            }
            files.notes().forEach(notes::assume);
            files.gaps().forEach(notes::gap);
            var before = newestRelation();
            boolean madeTables;
            try (var connection = sandbox.loader();
                    var watch = new Watch(sandbox, limits)) {
                var session = new LoaderSession(connection, limits);
                var extensions = new Extensions(sandbox.admin(), notes);
                var standIns = new StandIns(session, sandbox.admin(), extensions, notes);
                var statements = new StatementLoader(session, roles, deferred, extensions, standIns, notes, places);
                loadAll(new ScriptLoader(session, files, statements, notes));
                watch.verdict().ifPresent(why -> notes.gap("loading was stopped: " + why));
                madeTables = statements.hasMadeTables();
            }
            finish(roles, deferred, notes);
            noteLoss(notes, before, madeTables);
            return new Origin(name(), false, notes.gaps(), notes.assumptions(), places::find);
        }

        /// Makes the schemas, which everybody may use, and lets every session begin with them: who made them for the
        /// tool let its roles in.
        private void setSearchPath() throws SQLException {
            var names = searchPath.stream().map(Tokens::quoted).toList();
            for (var name : names) {
                makeSchema(name);
            }
            Sandbox.execute(
                    sandbox.admin(),
                    "alter database %s set search_path = %s".formatted(Sandbox.DATABASE, String.join(", ", names)));
        }

        private void makeSchema(String name) {
            try {
                Sandbox.execute(
                        sandbox.admin(),
                        "create schema if not exists %1$s authorization %2$s; grant usage on schema %1$s to public"
                                .formatted(name, Sandbox.LOADER));
            } catch (SQLException e) {
                throw new LoadProblem(
                        "the search path: " + Notes.firstLine(e), "name schemas that the server lets anybody make");
            }
        }

        private String name() {
            var first = files.files().getFirst().toString();
            var more = files.files().size() - 1;
            return more == 0
                    ? first
                    : more == 1 ? first + " and 1 more file" : "%s and %d more files".formatted(first, more);
        }

        private long newestRelation() throws SQLException {
            return Long.parseLong(ask("select max(oid::bigint) from pg_class"));
        }

        /// Notes a loss: files that remove the objects they create would pass for want of anything to find.
        private void noteLoss(Notes notes, long before, boolean madeTables) throws SQLException {
            var left = ask("""
                select exists (select from pg_class
                                where oid::bigint > %d and relkind in ('r', 'p', 'f')
                                  and relnamespace::regnamespace::text !~ '^pg_')
                """.formatted(before));
            if (madeTables && left.equals("f")) {
                notes.gap("the files create tables, but none is left at the end: some of them undo the others."
                        + " Name the directory of migrations itself, or the files one by one, in order");
            } else if (preset.isEmpty() && left.equals("f")) {
                notes.gap("the files create no table, so there is nothing to review");
            }
        }

        private String ask(String sql) throws SQLException {
            try (var statement = sandbox.admin().createStatement();
                    var row = statement.executeQuery(sql)) {
                row.next();
                return row.getString(1);
            }
        }

        private void loadAll(ScriptLoader loader) throws SQLException {
            var done = 0;
            for (var file : files.files()) {
                progress.accept(
                        "loading %d of %d: %s".formatted(++done, files.files().size(), file));
                if (!loader.load(file)) {
                    return;
                }
            }
            loader.loadPostponed();
        }

        private void finish(Roles roles, Deferred deferred, Notes notes) throws SQLException {
            Sandbox.expel(sandbox.admin());
            deferred.finish();
            var loaderIsSuperuser = preset.filter(Preset.SUPABASE::equals).isEmpty();
            roles.finish(loaderIsSuperuser);
            if (loaderIsSuperuser) {
                notes.assume("objects that the files create without naming an owner belong to postgres, a superuser");
            }
            Preset.hint(preset, roles.madeUp(), notes.gaps()).ifPresent(notes::assume);
            AssumedApplication.assume(sandbox.admin(), notes);
            Sandbox.execute(sandbox.admin(), "set search_path = pg_catalog, pg_temp");
            Sandbox.execute(sandbox.admin(), "alter role %s nologin".formatted(Sandbox.SUPERUSER));
        }
    }
}
