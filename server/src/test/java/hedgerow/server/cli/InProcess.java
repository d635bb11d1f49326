package hedgerow.server.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/// One command, run in this process.
///
/// @param said standard output and error
record InProcess(int exit, String said) {

    static InProcess run(Object command, String... arguments) {
        var said = new StringWriter();
        var writer = new PrintWriter(said, true);
        var exit = new CommandLine(command)
                .setOut(writer)
                .setErr(writer)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
        return new InProcess(exit, said.toString());
    }
}
