package hedgerow.server.cli;

import hedgerow.sql.Mode;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The mode to install.
final class ModeOption {

    @Option(
            names = "--mode",
            paramLabel = "plain|sealed",
            description = {
                "How far session variables are trusted: plain, or only under a seal that survives SQL injection.",
                "Default: what is installed; plain for a new database. A sealed database stays sealed."
            })
    private Mode mode;

    Optional<Mode> mode() {
        return Optional.ofNullable(mode);
    }
}
