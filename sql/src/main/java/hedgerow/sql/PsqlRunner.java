package hedgerow.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Runs scripts in the real psql, in a session that it opens and closes around the script.
///
/// psql runs a generated file, which binds, includes the script, checks whether it is still bound, and
/// commits. Files are stored in a folder that only this user can read; the password is passed in the
/// environment.
public final class PsqlRunner implements ScriptRunner {

    private static final SecureRandom RANDOM = new SecureRandom();

    /// Whether there is a psql on the PATH.
    public static boolean isInstalled() {
        try {
            return Command.run(List.of("psql", "--version")).succeeded();
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Override
    public void check(SqlScript script) {
        ScriptCheck.forPsql(script);
    }

    @Override
    public void run(SqlScript script, DatabaseUrl url, Binding binding, Options options) {
        try {
            var folder = Files.createTempDirectory("hedgerow-sql");
            try {
                new Session(script, url, binding, options, folder).run();
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /// One run of psql.
    private record Session(SqlScript script, DatabaseUrl url, Binding binding, Options options, Path folder) {

        void run() throws IOException {
            var executed = executed();
            Files.writeString(folder.resolve("session.sql"), session(executed));
            var process = start();
            process.getOutputStream().close();
            var messages = new PsqlMessages(script, executed, options.err());
            var errors = CompletableFuture.runAsync(() -> messages.read(reader(process.getErrorStream())));
            copy(reader(process.getInputStream()), options.out());
            errors.join();
            var status = process.onExit().join().exitValue();
            var outcome = Files.exists(outcomeFile())
                    ? Files.readString(outcomeFile()).strip()
                    : "";
            if (status != 0) {
                throw messages.failure();
            }
            messages.finish();
            if (!outcome.equals("unchanged")) {
                throw ScriptFailure.changed(script, outcome.isEmpty() ? "its session" : outcome);
            }
        }

        /// The script that psql reads. Text without a file gets one, in which each statement has a line of
        /// its own, because psql's messages name lines.
        private SqlScript executed() throws IOException {
            if (script.path().isPresent()) {
                return script;
            }
            return SqlScript.read(Files.writeString(folder.resolve("script.sql"), script.oneStatementPerLine()));
        }

        private String session(SqlScript executed) {
            var prefix = "hedgerow_" + HexFormat.of().formatHex(random()) + "_";
            return """
                \\set QUIET on
                set standard_conforming_strings = on;
                set client_encoding = 'UTF8';
                begin;
                %s;
                %s;
                %s;
                %s \\gset %s
                %s
                \\set QUIET %s
                \\i %s
                \\set QUIET on
                \\timing off
                set constraints all immediate;
                set local search_path = pg_catalog;
                %s \\gset %s
                select :'%schanged' = '' as unchanged \\gset %s
                \\o %s
                \\if :%sunchanged
                %s;
                \\qecho unchanged
                \\else
                rollback;
                \\qecho :%schanged
                \\endif
                \\o
                """.formatted(
                            binding.bind(),
                            binding.setRole(),
                            binding.refuseToBypass(),
                            Binding.remember(),
                            prefix,
                            options.csv() ? "" : "\\timing on",
                            options.csv() ? "on" : "off",
                            quoted(executed.path().orElseThrow()),
                            binding.changed(":'%stransaction'".formatted(prefix), ":'%srole'".formatted(prefix)),
                            prefix,
                            prefix,
                            prefix,
                            quoted(outcomeFile()),
                            prefix,
                            options.dryRun() ? "rollback" : "commit",
                            prefix);
        }

        private Process start() throws IOException {
            var command = new ArrayList<>(List.of("psql", "-X", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose"));
            command.addAll(List.of(
                    "-P", "pager=off", "-f", folder.resolve("session.sql").toString()));
            if (options.csv()) {
                command.add("--csv");
            }
            command.addAll(List.of("-d", url.toString()));
            var builder = new ProcessBuilder(command);
            var environment = builder.environment();
            environment.keySet().removeAll(List.of("PGOPTIONS", "PGSERVICE", "PGCLIENTENCODING", "PGPASSWORD"));
            environment.put("LC_MESSAGES", "C");
            url.password().ifPresent(password -> environment.put("PGPASSWORD", password));
            return builder.start();
        }

        private Path outcomeFile() {
            return folder.resolve("outcome");
        }
    }

    private static byte[] random() {
        var bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /// Quotes a path as an argument of a psql command.
    private static String quoted(Path path) {
        return "'" + path.toString().replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n") + "'";
    }

    private static Reader reader(InputStream in) {
        return new InputStreamReader(in, StandardCharsets.UTF_8);
    }

    private static void copy(Reader from, PrintWriter to) throws IOException {
        from.transferTo(to);
        to.flush();
    }
}
