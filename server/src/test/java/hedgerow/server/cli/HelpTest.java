package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/// The help of every command can be read and copied as it is printed.
class HelpTest {

    /// The library wraps each line of a description at the width of the help. A URL is a line of its own.
    @Test
    void a_description_breaks_between_sentences_alone() {
        assertThat(ExitStatusTest.commands(Hedgerow.commandLine())
                        .flatMap(HelpTest::descriptions)
                        .flatMap(lines -> Arrays.stream(lines).limit(Math.max(0, lines.length - 1))))
                .allSatisfy(line -> assertThat(line).matches(".*[.:]|postgresql://.*"));
    }

    @Test
    void no_url_is_broken_across_lines() {
        assertThat(ExitStatusTest.commands(Hedgerow.commandLine()))
                .allSatisfy(command -> assertThat(command.getUsageMessage())
                        .as(command.getCommandSpec().qualifiedName())
                        .doesNotContainPattern("(?m)(?:postgresql:|https?:|://\\S+\\?)\\s*$"));
    }

    @Test
    void an_option_that_can_cost_acknowledged_writes_states_it() {
        var up = Hedgerow.commandLine().getSubcommands().get("up").getUsageMessage();
        assertThat(up.replaceAll("\\s+", " "))
                .containsPattern("--ephemeral [^-]*fsync is off\\): a crash can lose writes that were acknowledged");
    }

    private static Stream<String[]> descriptions(CommandLine command) {
        var spec = command.getCommandSpec();
        var arguments = Stream.<ArgSpec>concat(spec.options().stream(), spec.positionalParameters().stream());
        var texts = new ArrayList<>(arguments.map(ArgSpec::description).toList());
        texts.add(spec.usageMessage().description());
        return texts.stream();
    }
}
