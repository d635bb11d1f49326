package hedgerow.server.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hedgerow.server.auth.Anvil;
import hedgerow.sql.Browser;
import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The pages of payment links in a real browser without scripts: skipped where there is no Chromium.
class PaymentPagesBrowserTest {

    @Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @Order(2)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LONG = "Lamp".repeat(50);

    private static Shop shop;
    private static Browser browser;

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        var found = Browser.start();
        assumeTrue(found.isPresent(), "no Chromium on the PATH: the payment pages were not seen by a browser");
        browser = found.get();
        shop = new Shop(DATABASE, Map.of("chain-endpoints", Anvil.CHAIN + "=" + CHAIN.endpoint())).withAccount();
    }

    @AfterAll
    static void close() throws IOException {
        if (browser != null) {
            browser.close();
            shop.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"light, 360", "light, 768", "light, 1440", "dark, 360", "dark, 768", "dark, 1440"})
    void everybody_can_read_every_page(String scheme, int width) throws Exception {
        browser.prefer(scheme);
        browser.resize(width, 800);
        for (var page : pages().entrySet()) {
            browser.open(page.getValue(), true);
            var name = "%s, %s, %d px".formatted(page.getKey(), scheme, width);
            assertThat(browser.evaluate("document.documentElement.scrollWidth").intValue())
                    .as(name)
                    .isLessThanOrEqualTo(width);
            assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor")
                            .stringValue())
                    .as("its own style, " + name)
                    .isEqualTo(scheme.equals("light") ? "rgb(244, 244, 242)" : "rgb(22, 22, 20)");
            browser.screenshot(Path.of("target", "pay-%s-%s-%d.png".formatted(page.getKey(), scheme, width)));
            assertThat(browser.violations(axe())).as(name).isEmpty();
        }
    }

    private static Map<String, URI> pages() {
        var pages = new LinkedHashMap<String, URI>();
        pages.put(
                "card",
                shop.address(shop.link(LONG, 4_900, ", \"description\": \"" + LONG + "\"")
                        .path()));
        pages.put(
                "wallet",
                shop.address(shop.link(
                                LONG,
                                "\"asset\": \"USDC.84532\", \"unit_amount\": \"" + "9".repeat(40) + "\"",
                                ", \"recipient_address\": \"0x00000000000000000000000000000000000000aa\"")
                        .path()));
        var request = shop.link(
                LONG,
                "\"asset\": \"ETH.31337\", \"unit_amount\": \"" + "9".repeat(40) + "\"",
                ", \"recipient_address\": \"0x00000000000000000000000000000000000000aa\"");
        pages.put("request", shop.request(request));
        pages.put("unknown", shop.address("/pay/" + "A".repeat(32)));
        var returning = Shop.choose(shop.begin(shop.link(LONG, 4_900, "")), "pm_card");
        pages.put("payment", returning);
        return pages;
    }

    @Test
    void it_runs_no_script_and_loads_nothing() throws Exception {
        browser.open(shop.address(shop.link("A lamp", 4_900, "").path()), true);
        assertThat(browser.evaluate("""
            document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}));
            window.ran ?? 'refused'
            """).stringValue()).isEqualTo("refused");
        assertThat(browser.evaluate("performance.getEntriesByType('resource').length")
                        .intValue())
                .isZero();
    }

    @Test
    void a_card_is_paid_by_keyboard_without_scripts() throws Exception {
        browser.open(shop.address(shop.link("A lamp", 4_900, "").path()), false);
        follow("Pay 49.00 EUR by card");
        follow("Continue to 127.0.0.1");
        follow("A card that pays");
        Eventually.holds(
                "the page shows the receipt by itself",
                PATIENCE,
                () -> heading().equals("Paid"));
    }

    /// Presses Tab until something with this text has the focus, then Enter; waits for the next page.
    private static void follow(String text) throws InterruptedException {
        for (var i = 0; i < 20; i++) {
            browser.press("Tab", 9, "");
            if (browser.evaluate("document.activeElement.textContent")
                    .stringValue()
                    .strip()
                    .equals(text)) {
                browser.press("Enter", 13, "\r");
                browser.awaitPage();
                return;
            }
        }
        throw new AssertionError("Tab never came to " + text);
    }

    private static String heading() {
        try {
            return browser.evaluate("document.querySelector('h1')?.textContent ?? ''")
                    .stringValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String axe() throws IOException {
        try (var script = PaymentPagesBrowserTest.class.getResourceAsStream(
                "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
