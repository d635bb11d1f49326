package hedgerow.server.cli;

import hedgerow.sql.NamedTenant;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The command `hedgerow tenants`: the actions of the operator on a tenant, which the tenant cannot undo.
@Command(
        name = "tenants",
        description = "Suspend and reinstate tenants.",
        synopsisSubcommandLabel = "suspend|reinstate",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow tenants suspend acme --reason 'chargebacks, ticket 4711'",
            "  hedgerow tenants reinstate acme",
            "%nThe database refuses every request of a suspended tenant, an owner's included. Its audit log names",
            "system:operator and the reason."
        })
public final class TenantsCommand {

    @Spec
    private CommandSpec command;

    @FunctionalInterface
    private interface Work {
        void on(Connection connection, NamedTenant tenant) throws SQLException;
    }

    @Command(name = "suspend", description = "Refuse every request of a tenant, from this moment on.")
    int suspend(
            @Mixin DatabaseOptions database,
            @Parameters(paramLabel = "<slug|uuid>", description = "The tenant.") String name,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "<text>",
                            description = "Kept in the tenant's audit log.")
                    String reason)
            throws SQLException {
        return asOwner(database, name, (connection, tenant) -> {
            try (var statement = connection.prepareStatement("select app_private.suspend_tenant(?, ?)")) {
                statement.setObject(1, tenant.id());
                statement.setString(2, reason);
                statement.execute();
            }
            out().println("suspended " + tenant.slug());
        });
    }

    @Command(name = "reinstate", description = "Let a suspended tenant act again, in the status that it had.")
    int reinstate(
            @Mixin DatabaseOptions database,
            @Parameters(paramLabel = "<slug|uuid>", description = "The tenant.") String name)
            throws SQLException {
        return asOwner(database, name, (connection, tenant) -> {
            try (var statement = connection.prepareStatement("select app_private.reinstate_tenant(?)")) {
                statement.setObject(1, tenant.id());
                statement.execute();
            }
            out().println("reinstated " + tenant.slug());
        });
    }

    private int asOwner(DatabaseOptions database, String name, Work work) throws SQLException {
        try (var connection = DatabaseOptions.connect(database.admin(), out()::println)) {
            var tenant = NamedTenant.all(connection).stream()
                    .filter(one -> one.isCalled(name))
                    .findFirst()
                    .orElseThrow(() -> new ParameterException(
                            command.commandLine(), "there is no tenant %s that this login can see".formatted(name)));
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("set local role hedgerow_owner");
            }
            work.on(connection, tenant);
            connection.commit();
        }
        out().flush();
        return 0;
    }

    private PrintWriter out() {
        return command.commandLine().getOut();
    }
}
