package hedgerow.server.link;

import hedgerow.server.settings.Check;
import hedgerow.server.settings.Setting;
import java.net.URI;
import java.util.Optional;

/// The public pages of payment links.
@Setting.Group("Payment pages")
public record LinkSettings(
        @Setting(
                value = "The public address of the payment pages, which a process with a worker serves under `/pay/`."
                        + " A payer returns to it from the page of a card provider.",
                without = "cards are taken only on this machine, from a browser that runs on it",
                check = Address.class,
                example = "https://pay.shop.example")
        Optional<URI> paymentPages) {

    private static final class Address implements Check<URI> {
        @Override
        public void check(URI address) {
            if (!address.toString().matches("https?://[0-9A-Za-z.:\\[\\]-]+(/[0-9A-Za-z._~/-]*)?")) {
                throw new IllegalArgumentException("must be like https://pay.shop.example");
            }
        }
    }
}
