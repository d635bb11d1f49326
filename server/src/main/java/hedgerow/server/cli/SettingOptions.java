package hedgerow.server.cli;

import hedgerow.server.ServiceSettings;
import hedgerow.server.settings.SettingCatalog;
import hedgerow.server.settings.SettingCatalog.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The settings of the service as options of a command, from the one list of them.
///
/// A secret is not accepted on the command line, which everybody on the machine can read; only the name of
/// a file that holds it is.
final class SettingOptions {

    private static final List<Entry> ENTRIES = SettingCatalog.of(ServiceSettings.class);

    private SettingOptions() {}

    /// Every setting, under the heading of its group.
    static final class All implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec command) {
            var groups = ENTRIES.stream().map(Entry::group).distinct().toList();
            for (var i = 0; i < groups.size(); i++) {
                var heading = groups.get(i);
                var group = ArgGroupSpec.builder()
                        .heading("%n" + heading + ":%n")
                        .validate(false)
                        .order(i);
                ENTRIES.stream()
                        .filter(entry -> entry.group().equals(heading))
                        .forEach(entry -> group.addArg(option(entry, false)));
                command.addArgGroup(group.build());
            }
            ENTRIES.stream()
                    .filter(entry -> !entry.setting().secret())
                    .forEach(entry -> command.addOption(file(entry, true)));
            return command;
        }
    }

    /// Every setting that `up` leaves to its user, without a line of help for each.
    static final class OfUp implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec command) {
            var open = ENTRIES.stream()
                    .filter(entry -> !UpCommand.DECIDED.contains(entry.name()))
                    .filter(entry -> !entry.name().equals("port")) // of PostgreSQL here: --api-port is the service's
                    .toList();
            open.forEach(entry -> command.addOption(option(entry, true)));
            open.stream()
                    .filter(entry -> !entry.setting().secret())
                    .forEach(entry -> command.addOption(file(entry, true)));
            addSection(command, open);
            return command;
        }

        private static void addSection(CommandSpec command, List<Entry> open) {
            var names = open.stream().map(entry -> option(entry, true).longestName());
            var lines = new ArrayList<>(List.of(command.usageMessage().footer()));
            lines.add("%nThe service takes its settings as `hedgerow serve` does, and `hedgerow serve --help` explains"
                    + " them:");
            lines.add(names.collect(Collectors.joining(", ")));
            command.usageMessage().footer(lines.toArray(String[]::new));
        }
    }

    private static OptionSpec option(Entry entry, boolean hidden) {
        if (entry.setting().secret()) {
            return file(entry, hidden);
        }
        var option = OptionSpec.builder("--" + entry.name())
                .type(String.class)
                .paramLabel(entry.placeholder())
                .hidden(hidden)
                .description(escaped(plain(entry.setting().value()) + entry.otherwise()));
        return (entry.isFlag() ? option.arity("0..1").fallbackValue("true") : option).build();
    }

    private static OptionSpec file(Entry entry, boolean hidden) {
        return OptionSpec.builder("--" + entry.fileName())
                .type(String.class)
                .paramLabel("<file>")
                .hidden(hidden)
                .description(escaped(plain(entry.setting().value()) + " The file holds it." + entry.otherwise()))
                .build();
    }

    /// The text without Markdown links, which have no place in a terminal.
    private static String plain(String markdown) {
        return markdown.replaceAll("\\[([^]]+)]\\([^)]*\\)", "docs/$1");
    }

    /// The text escaped for the library, which formats descriptions.
    private static String escaped(String text) {
        return text.replace("%", "%%");
    }

    /// The values given on the command line, by the names of settings.
    ///
    /// @param except options of the command itself that have the name of a setting
    static Map<String, String> given(CommandSpec command, Set<String> except) {
        var given = new HashMap<String, String>();
        ENTRIES.stream()
                .flatMap(entry -> Stream.of(entry.name(), entry.fileName()))
                .filter(name -> !except.contains(name))
                .forEach(name -> {
                    var option = command.findOption("--" + name);
                    if (option != null && option.getValue() instanceof String value) {
                        given.put(name, value);
                    }
                });
        return given;
    }
}
