package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hedgerow.sql.Browser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The page in a real browser: skipped where there is no Chromium.
class HtmlReportBrowserTest {

    private static final String SHOWN =
            "[...document.querySelectorAll('article')].filter(a => a.checkVisibility()).length";
    private static final String FOCUSED = "document.activeElement.value || document.activeElement.textContent";

    @TempDir
    static Path folder;

    private static Browser browser;
    private static Path page;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        var found = Browser.start();
        assumeTrue(found.isPresent(), "no Chromium on the PATH: the HTML report was not seen by a browser");
        browser = found.get();
        page = Files.writeString(folder.resolve("review.html"), Reviews.written(Reviews.report(), Format.HTML));
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() throws InterruptedException {
        browser.open(page.toUri(), true);
    }

    @Test
    void findings_are_filtered_by_keyboard() throws InterruptedException {
        assertThat(shown()).as("notes are folded").isEqualTo(2);
        tabTo("error");
        browser.press(" ", 32, " ");
        assertThat(shown()).isEqualTo(1);
        tabTo("");
        browser.type("nothing");
        assertThat(shown()).isEqualTo(1);
        assertThat(browser.evaluate("document.querySelector('output').textContent")
                        .stringValue())
                .isEqualTo("1 of 3 shown");
        tabTo("Show all");
        browser.press("Enter", 13, "\r");
        browser.evaluate("new Promise(done => setTimeout(done))");
        assertThat(shown()).as("the search has unfolded the notes").isEqualTo(3);
    }

    @Test
    void notes_are_unfolded_by_keyboard() throws InterruptedException {
        tabTo("1 note");
        browser.press("Enter", 13, "\r");
        assertThat(shown()).isEqualTo(3);
    }

    @Test
    void it_can_be_read_without_its_script() throws InterruptedException {
        browser.open(page.toUri(), false);
        assertThat(shown()).as("notes are folded").isEqualTo(2);
        assertThat(browser.evaluate("document.getElementById('filter').checkVisibility()")
                        .booleanValue())
                .isFalse();
    }

    @Test
    void it_runs_no_script_but_its_own_and_loads_nothing() throws InterruptedException {
        assertThat(browser.evaluate("""
            document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}));
            window.ran ?? 'refused'
            """).stringValue()).isEqualTo("refused");
        assertThat(browser.evaluate("performance.getEntriesByType('resource').length")
                        .intValue())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void everybody_can_read_it(String scheme) throws IOException, InterruptedException {
        browser.prefer(scheme);
        browser.screenshot(Path.of("target/report-%s.png".formatted(scheme)));
        assertThat(browser.violations(axe())).isEmpty();
        assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor")
                        .stringValue())
                .isEqualTo(scheme.equals("light") ? "rgb(255, 255, 255)" : "rgb(22, 24, 27)");
    }

    private static int shown() throws InterruptedException {
        return browser.evaluate(SHOWN).intValue();
    }

    /// Presses Tab until something with this value has the focus.
    private static void tabTo(String value) throws InterruptedException {
        for (var i = 0; i < 20; i++) {
            browser.press("Tab", 9, "");
            if (browser.evaluate(FOCUSED).stringValue().equals(value)) {
                return;
            }
        }
        throw new AssertionError("Tab never came to " + value);
    }

    private static String axe() throws IOException {
        try (var script = HtmlReportBrowserTest.class.getResourceAsStream(
                "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
