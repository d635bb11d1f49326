package hedgerow.sql;

import com.sun.security.auth.module.UnixSystem;
import hedgerow.sql.DatabaseProblem.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The account that PostgreSQL runs under. PostgreSQL refuses uid 0, so root has to give it up one way or
/// the other.
enum Account {
    /// A plain user: nothing needs to be done.
    SELF(List.of(), -1),

    /// Root in a user namespace without a mapping: files stay root's, and PostgreSQL sees an unprivileged uid.
    NAMESPACE(List.of("unshare", "--user"), 0),

    /// Root where namespaces are forbidden, as in most containers: uid 65534, which must then own the
    /// cluster.
    NOBODY(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"), 65534);

    private final List<String> prefix;
    private final int uid;

    Account(List<String> prefix, int uid) {
        this.prefix = prefix;
        this.uid = uid;
    }

    /// The first of the three that works on this machine.
    static Account current() {
        if (new UnixSystem().getUid() != 0) {
            return SELF;
        }
        return Stream.of(NAMESPACE, NOBODY)
                .filter(Account::works)
                .findFirst()
                .orElseThrow(() -> new DatabaseProblem(
                        Code.PLATFORM_UNSUPPORTED,
                        "PostgreSQL does not run as root, and neither `unshare --user` nor `setpriv` works here",
                        "",
                        "run Hedgerow as another user"));
    }

    List<String> command(List<String> command) {
        return Stream.concat(prefix.stream(), command.stream()).toList();
    }

    /// Whether files must be handed over: then every folder above them must also be accessible to uid
    /// 65534.
    boolean isForeign() {
        return this == NOBODY;
    }

    /// Makes this account the owner of `path` and of everything below it, unless it already is.
    void own(Path path) throws IOException {
        if (this == SELF
                || Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                        .equals(uid)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(path)) {
            tree.forEach(this::chown);
        }
    }

    private boolean works() {
        try {
            return Command.run(command(List.of("true"))).succeeded();
        } catch (UncheckedIOException e) {
            return false; // the tool itself is missing
        }
    }

    private void chown(Path path) {
        try {
            Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
