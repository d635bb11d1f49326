package hedgerow.server.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/// The exit statuses of every command. `docs/exit-codes.md` has the same table.
enum ExitStatus {
    CLEAN(0, "clean, or done"),
    FOUND(1, "a finding, refuted or leaked; or the command failed, and its message states why"),
    REFUSED(2, "bad usage, or refused input: a configuration, a script or a file"),
    UNREACHABLE(3, "the database or the server cannot be reached"),
    PARTIAL(4, "partial or unknown: something could not be checked, and nothing else failed"),
    NOT_REPRODUCED(5, "refuted, but the refutation could not be reproduced"),
    INTERNAL(70, "an internal error: a defect of Hedgerow");

    private final int code;
    private final String meaning;

    ExitStatus(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }

    /// Adds the table to the help of a command and of all its subcommands.
    static void explain(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit status:%n")
                .exitCodeList(table());
        command.getSubcommands().values().forEach(ExitStatus::explain);
    }

    private static Map<String, String> table() {
        return Arrays.stream(values())
                .collect(Collectors.toMap(
                        status -> Integer.toString(status.code), ExitStatus::meaning, (a, _) -> a, LinkedHashMap::new));
    }
}
