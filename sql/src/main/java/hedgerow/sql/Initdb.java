package hedgerow.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Makes data directories.
///
/// @param account that owns them
record Initdb(PostgresBinaries binaries, Account account) {

    private static final String PASSWORD = "password";
    private static final String CLUSTER = "cluster";

    /// Makes a cluster.
    ///
    /// @param cluster an empty directory
    /// @param secret path of a file that is made, contains the superuser's password, and is removed
    /// @param durable whether it is on disk afterwards
    Command run(Path cluster, Path secret, String password, boolean durable) throws IOException {
        try {
            PasswordFile.writePrivately(secret, password);
            account.own(secret);
            account.own(cluster);
            return Command.run(account.command(command(cluster, secret, durable)));
        } finally {
            Files.deleteIfExists(secret);
        }
    }

    /// Whether there may be a template: the account must be able to read it, and nobody else.
    boolean mayCopy() {
        return !account.isForeign();
    }

    /// Copies a cluster that is made once for all ephemeral servers, in a tenth of the time that initdb takes.
    ///
    /// @param cluster an empty directory
    /// @return the superuser's password, which all copies share until it is changed
    String copy(Path cluster) throws IOException {
        var template = template();
        copy(template.resolve(CLUSTER), cluster);
        return Files.readString(template.resolve(PASSWORD));
    }

    private Path template() throws IOException {
        // Another version of Hedgerow may make other clusters with the same programs.
        var template = binaries.folder()
                .resolve("template-%08x".formatted(options(false).hashCode()));
        if (Files.isDirectory(template)) {
            return template;
        }
        var fresh = Files.createTempDirectory(binaries.folder(), "making-template-"); // only its owner may read it
        try {
            var password = PasswordFile.random();
            var cluster = Files.createDirectory(fresh.resolve(CLUSTER));
            var made = run(cluster, fresh.resolve("secret"), password, false);
            if (!made.succeeded()) {
                throw new IOException(Trouble.complaints(made.output()));
            }
            PasswordFile.writePrivately(fresh.resolve(PASSWORD), password);
            return PostgresBinaries.publish(fresh, template);
        } finally {
            Folders.delete(fresh);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            tree.forEach(source -> {
                try {
                    Files.copy(
                            source,
                            to.resolve(from.relativize(source)),
                            StandardCopyOption.COPY_ATTRIBUTES,
                            StandardCopyOption.REPLACE_EXISTING,
                            LinkOption.NOFOLLOW_LINKS);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private List<String> command(Path cluster, Path secret, boolean durable) {
        var command = new ArrayList<>(List.of(binaries.program("initdb"), "-D", cluster.toString()));
        command.add("--pwfile=" + secret);
        command.addAll(options(durable));
        return command;
    }

    private List<String> options(boolean durable) {
        var options = new ArrayList<>(List.of("-U", EmbeddedPostgres.SUPERUSER, "--auth=scram-sha-256"));
        options.addAll(List.of("--encoding=UTF8", "--locale=C", "--data-checksums"));
        if (binaries.major() >= 17) {
            options.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        }
        if (!durable) {
            options.add("--no-sync");
        }
        return options;
    }
}
