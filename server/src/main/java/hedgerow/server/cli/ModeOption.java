package hedgerow.server.cli;

import hedgerow.sql.Migrations;
import hedgerow.sql.Mode;
import hedgerow.sql.Seal;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The mode to install, and its seal.
final class ModeOption {

    @Option(
            names = "--mode",
            paramLabel = "plain|sealed",
            description = {
                "How far session variables are trusted: plain, or only under a seal that survives SQL injection.",
                "Default: what is installed; plain for a new database. A sealed database stays sealed."
            })
    private Mode mode;

    @Option(
            names = "--seal",
            paramLabel = "none|hmac|reserved",
            description = {
                "The protection of a bound session against forgery: a parameter that a superuser reserves for it, or in"
                        + " sealed mode an HMAC.",
                "Default: what is installed; for a new sealed database reserved if possible, otherwise hmac."
            })
    private Seal seal;

    /// The schema, to be installed with that seal.
    Migrations sealing(Migrations schema) {
        return schema.sealedBy(Optional.ofNullable(seal));
    }

    /// The installed mode, and its seal if there is one.
    static String installed(Migrations schema) {
        var seal = schema.seal() == Seal.NONE ? "" : " (seal: %s)".formatted(schema.seal());
        return "%s mode%s".formatted(schema.mode().orElseThrow(), seal);
    }

    Optional<Mode> mode() {
        return Optional.ofNullable(mode);
    }
}
