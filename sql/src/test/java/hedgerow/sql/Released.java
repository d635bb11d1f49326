package hedgerow.sql;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.logging.core.NoOpLogService;
import liquibase.resource.DirectoryResourceAccessor;
import liquibase.ui.LoggerUIService;

/// The released schema, whose last file was 0150, from which an upgrade starts.
///
/// The archive was made from the files of that release, and contains only them.
record Released(Path folder) {

    /// Unpacks the release into an empty folder.
    static Released into(Path folder) throws IOException {
        var archive = Path.of("src/test/resources/released/0150.zip").toAbsolutePath();
        try (var zip = FileSystems.newFileSystem(archive);
                var files = Files.walk(zip.getPath("/"))) {
            for (var file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                var target = folder.resolve(file.toString().substring(1));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        return new Released(folder);
    }

    /// Installs the release.
    ///
    /// @throws org.opentest4j.TestAbortedException if there is no psql
    void byPsql(DatabaseUrl admin, Mode mode) {
        var answer = Psql.run(admin, folder.resolve("sql/install.sql"), "mode=" + mode);
        if (!answer.succeeded()) {
            throw new AssertionError(answer.output());
        }
    }

    void byLiquibase(DatabaseUrl admin, Mode mode) {
        try (var connection = admin.withParameter("preferQueryMode", "simple").connect()) {
            var files = new DirectoryResourceAccessor(folder);
            Scope.child(
                    Map.of(
                            Scope.Attr.ui.name(),
                            new LoggerUIService(),
                            Scope.Attr.logService.name(),
                            new NoOpLogService(),
                            "liquibase.analytics.enabled",
                            false),
                    () -> {
                        var database = DatabaseFactory.getInstance()
                                .findCorrectDatabaseImplementation(new JdbcConnection(connection));
                        var liquibase = new Liquibase("sql/changelog.yaml", files, database);
                        liquibase.setChangeLogParameter("mode", mode.toString());
                        liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
                        liquibase.update(new Contexts());
                    });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// Loads the demo data of the release.
    void fill(DatabaseUrl admin) throws SQLException, IOException {
        try (var connection = admin.withParameter("preferQueryMode", "simple").connect();
                var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("begin;" + Files.readString(folder.resolve("sql/seed/demo.sql")) + "commit");
        }
    }
}
