package hedgerow.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.ServiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "settings.md");
    private static final String BEGIN = "<!-- settings -->\n\n";
    private static final String END = "\n<!-- end -->";

    /// To regenerate them: mvn test -pl server -am -Dtest=SettingsDocumentTest -Dhedgerow.write=true
    @Test
    void the_tables_are_those_of_the_records() throws IOException {
        var text = Files.readString(DOCUMENT);
        var begin = text.indexOf(BEGIN) + BEGIN.length();
        var end = text.indexOf(END);
        var tables = SettingCatalog.markdown(ServiceSettings.class);
        if (Boolean.getBoolean("hedgerow.write")) {
            Files.writeString(DOCUMENT, text.substring(0, begin) + tables + text.substring(end));
        } else {
            assertThat(text.substring(begin, end)).isEqualTo(tables);
        }
    }

    @Test
    void the_manual_states_how_each_secret_is_replaced() throws IOException {
        var manual = Files.readString(Path.of("..", "docs", "operating.md"));
        var table = manual.substring(manual.indexOf("\n## Rotate\n"), manual.indexOf("\n### Passwords\n"));
        assertThat(SettingCatalog.of(ServiceSettings.class))
                .filteredOn(entry -> entry.setting().secret())
                .hasSizeGreaterThan(8)
                .allSatisfy(entry -> assertThat(table).contains("`%s`".formatted(entry.name())));
    }

    @Test
    void a_preset_and_every_example_are_valid() {
        for (var entry : SettingCatalog.of(ServiceSettings.class)) {
            var example = entry.setting().example().replaceFirst("^(64).* hexadecimal digits$", "5a".repeat(32));
            assertThat(Values.convert(entry, Values.text(entry, example))).isNotNull();
        }
    }
}
