package hedgerow.rls.load;

import hedgerow.rls.review.Origin;
import hedgerow.sql.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// What SQL files make, in a server of our own that vanishes with it.
///
/// The files may be anybody's: they run without a superuser's rights, within limits of time and size, and reach neither
/// files nor programs nor the network.
public final class LoadedDatabase implements AutoCloseable {

    private final Sandbox sandbox;
    private final Origin origin;

    private LoadedDatabase(Sandbox sandbox, Origin origin) {
        this.sandbox = sandbox;
        this.origin = origin;
    }

    /// @param paths files in their order, and directories whose `.sql` files are taken by name
    /// @param postgres major version of the server, one of [EmbeddedPostgres#VERSIONS]
    /// @param progress is told which file is loaded
    /// @throws LoadProblem if a file cannot be read, or is too large
    public static LoadedDatabase load(
            List<Path> paths, int postgres, Optional<Preset> preset, Consumer<String> progress) {
        return load(paths, postgres, preset, Limits.USUAL, progress);
    }

    static LoadedDatabase load(
            List<Path> paths, int postgres, Optional<Preset> preset, Limits limits, Consumer<String> progress) {
        var files = new ScriptFiles(paths, limits);
        var sandbox = Sandbox.start(postgres, progress);
        try {
            return new LoadedDatabase(sandbox, new Loading(sandbox, files, limits, preset, progress).load());
        } catch (SQLException e) {
            sandbox.close();
            throw new IllegalStateException("the server of the files failed", e);
        } catch (RuntimeException e) {
            sandbox.close();
            throw e;
        }
    }

    /// The superuser's connection, on which nothing of the files' code runs.
    public Connection connection() {
        return sandbox.admin();
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
            Sandbox sandbox, ScriptFiles files, Limits limits, Optional<Preset> preset, Consumer<String> progress) {

        Origin load() throws SQLException {
            var notes = new Notes();
            var places = new Places();
            var roles = new Roles(sandbox.admin(), notes);
            var deferred = new Deferred(sandbox.admin(), notes);
            if (preset.isPresent()) {
                Sandbox.execute(sandbox.admin(), preset.get().prelude());
                notes.assume("preset " + preset.get().label());
            }
            files.notes().forEach(notes::assume);
            try (var connection = sandbox.loader();
                    var watch = new Watch(sandbox, limits)) {
                var extensions = new Extensions(sandbox.admin(), notes);
                var loader = new ScriptLoader(connection, files, limits, roles, deferred, extensions, notes, places);
                loadAll(loader);
                watch.verdict().ifPresent(why -> notes.gap("loading the files was ended: " + why));
            }
            finish(roles, deferred, notes);
            var name = files.files().stream().map(Path::toString).collect(Collectors.joining(", "));
            return new Origin(name, false, notes.gaps(), notes.assumptions(), places::find);
        }

        private void loadAll(ScriptLoader loader) throws SQLException {
            for (var file : files.files()) {
                progress.accept("loading " + file);
                try {
                    if (!loader.load(file)) {
                        return;
                    }
                } catch (IOException e) {
                    throw new LoadProblem("%s cannot be read".formatted(file), "check the path and who may read it");
                }
            }
        }

        private void finish(Roles roles, Deferred deferred, Notes notes) throws SQLException {
            Sandbox.expel(sandbox.admin());
            deferred.finish();
            var loaderIsSuperuser = preset.filter(Preset.SUPABASE::equals).isEmpty();
            roles.finish(loaderIsSuperuser);
            if (loaderIsSuperuser) {
                notes.assume("what the files make without naming an owner belongs to postgres, a superuser");
            }
            AssumedApplication.assume(sandbox.admin(), notes);
            Sandbox.execute(sandbox.admin(), "set search_path = pg_catalog, pg_temp");
            Sandbox.execute(sandbox.admin(), "alter role %s nologin".formatted(Sandbox.SUPERUSER));
        }
    }
}
