package hedgerow.server.cli;

import hedgerow.server.http.OpenApi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The command `hedgerow openapi`: prints the document that `/openapi.json` serves, for client generators.
@Command(
        name = "openapi",
        description = "Print the OpenAPI 3.1 document of the HTTP API.",
        footerHeading = "%nExample:%n",
        footer = {"  hedgerow openapi > openapi.json"})
public final class OpenApiCommand implements Runnable {

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        command.commandLine().getOut().println(OpenApi.document());
    }
}
