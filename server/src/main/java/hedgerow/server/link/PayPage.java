package hedgerow.server.link;

import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.LinkOffer;
import hedgerow.mappers.work.LinkPayment;
import hedgerow.mappers.work.LinkRequest;
import hedgerow.server.http.Sha256;
import hedgerow.server.link.PaymentPages.Opened;
import io.javalin.http.Context;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.web3j.crypto.Keys;

/// A page that a payer sees. It loads nothing, runs nothing, and is neither kept nor indexed.
///
/// @param again after how long the browser asks again
/// @param location where the browser goes on, relative to the page
record PayPage(int status, Html document, Optional<Duration> again, Optional<String> location) {

    private static final Duration OFTEN = Duration.ofSeconds(5);

    private static final String STYLE = Html.resource("pay.css");

    private static final String POLICY = "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; "
                    .formatted(Base64.getEncoder().encodeToString(Sha256.of(STYLE)))
            + "form-action 'self'; frame-ancestors 'none'";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    static final PayPage UNKNOWN = notice(
            404, "There is no such payment", "Check the address, or request a new payment link from the seller.");
    static final PayPage CLOSED =
            notice(410, "This payment link is closed", "Nothing was paid. Request a new link from the seller.");
    static final PayPage BUSY =
            notice(429, "Too many requests", "Nothing was paid. Wait a minute, then load this page again.");
    static final PayPage SHARE_USED = notice(
            429,
            "Too many requests",
            "Your network has requested too many payments today. Nothing was paid. Pay one of them, or try again"
                    + " later.");
    static final PayPage NO_CARD = notice(
            503, "Cards are not taken at the moment", "Nothing was paid. Try again later, or contact the seller.");
    static final PayPage UNREACHABLE =
            notice(503, "The card provider does not answer", "Nothing was charged. Load this page again in a minute.");
    static final PayPage CHANGED = notice(
            409, "The price has changed", "Nothing was charged. Open the payment link again to see the present price.");

    static final PayPage NOT_WATCHED = notice(
            503,
            "Payments from wallets are not taken at the moment",
            "Nothing was paid. Try again later, or contact the seller.");
    static final PayPage CROWDED = notice(
            503, "Too many people are paying at the moment", "Nothing was paid. Load this page again in a minute.");

    private static final PayPage EXPIRED =
            notice(410, "This payment link has expired", "Nothing was paid. Request a new link from the seller.");
    private static final PayPage USED_UP = notice(
            410,
            "This payment link has been used up",
            "It allows no further payment. Request a new link from the seller.");
    private static final PayPage SUSPENDED = notice(
            403,
            "This seller takes no payments at present",
            "Nothing was paid. Contact the seller, or try again later.");
    private static final PayPage UNPAYABLE = notice(
            409, "This payment link cannot be paid", "Nothing was paid. Tell the seller that no way to pay it is set.");

    void send(Context ctx) {
        ctx.status(status).html(document.text());
        ctx.header("Content-Security-Policy", POLICY);
        ctx.header("X-Robots-Tag", "noindex, nofollow");
        again.ifPresent(wait -> ctx.header("Refresh", Long.toString(wait.toSeconds())));
        location.ifPresent(path -> ctx.header("Location", path));
        if (status == BUSY.status || status == NO_CARD.status) {
            ctx.header("Retry-After", "60");
        }
    }

    /// The page that explains why a link cannot be paid; empty if it is open.
    static Optional<PayPage> closed(Opened link) {
        var offer = link.offer();
        if (!offer.sellerActive()) {
            return Optional.of(SUSPENDED);
        } else if (offer.expired() || offer.status().equals("expired")) {
            return Optional.of(EXPIRED);
        } else if (!offer.status().equals("active") || !offer.onSale()) {
            return Optional.of(CLOSED);
        } else if (offer.usedUp()) {
            return Optional.of(USED_UP);
        }
        return link.amount().signum() == 0 ? Optional.of(UNPAYABLE) : Optional.empty();
    }

    static PayPage offer(Opened link, boolean byCard) {
        var offer = link.offer();
        if (offer.currency() == null && offer.recipientAddress() == null) {
            return UNPAYABLE;
        }
        var form = offer.currency() == null ? "from-wallet" : byCard ? "card" : "no-card";
        var way = Html.filled(form, Map.of("amount", amount(offer, link.amount())));
        return page(
                200, "Pay " + offer.seller(), head(link).and(way), link.tenant().livemode());
    }

    private static Html head(Opened link) {
        var offer = link.offer();
        return Html.filled(
                "offer",
                Map.of(
                        "seller", offer.seller(),
                        "amount", amount(offer, link.amount()),
                        "product", offer.product(),
                        "quantity", offer.quantity() == 1 ? "" : offer.quantity() + " x ",
                        "description", Optional.ofNullable(offer.description()).orElse("")));
    }

    /// The page of a payment that was requested just now.
    static PayPage requested(String token, UUID order) {
        var page = notice(303, "Pay with a wallet", "Your payment request is on the next page.");
        return new PayPage(page.status, page.document, page.again, Optional.of(token + "/" + order));
    }

    /// A payment from a wallet: the request, and once it is paid, the receipt.
    static PayPage payment(TenantKey tenant, LinkOffer offer, UUID order, LinkRequest request) {
        var amount = Amounts.inAsset(request.symbol(), request.decimals(), request.amount());
        var isOpen = Set.of("requires_confirmation", "requires_execution").contains(request.status());
        if (isOpen && !request.overdue()) {
            var body = payment("Pay with a wallet", "Waiting for your payment.", offer, amount, order)
                    .and(wallet(request, amount));
            return page(200, "Pay " + offer.seller(), body, tenant.livemode()).again(Optional.of(OFTEN));
        }
        var title =
                isOpen || request.status().equals("processing") ? "The time to pay is over" : title(request.status());
        var text = switch (title) {
            case "Paid" -> received(request.succeededAt());
            case "The time to pay is over" ->
                "Do not pay any more. A payment that you have sent already is shown here once it is confirmed.";
            default ->
                "Nothing was paid in time. If you have paid, contact the seller with the hash of the transaction.";
        };
        return page(200, title, payment(title, text, offer, amount, order), tenant.livemode())
                .again(isOpen ? Optional.of(OFTEN) : Optional.empty());
    }

    private static Html wallet(LinkRequest request, String amount) {
        var uri = WalletRequest.uri(request);
        return Html.filled(
                "wallet",
                Map.of(
                        "code", WalletRequest.code(uri),
                        "uri", uri,
                        "amount", amount,
                        "chain", request.chain(),
                        "recipient", Keys.toChecksumAddress(request.recipient()),
                        "until", TIME.format(request.expiresAt())));
    }

    /// Sends the payer on to the provider by a link: a strict policy lets no form lead to another site.
    static PayPage leaving(Opened link, URI page) {
        var body = Html.filled(
                "leaving",
                Map.of(
                        "seller", link.offer().seller(),
                        "amount", amount(link.offer(), link.amount()),
                        "host", page.getHost(),
                        "page", page.toString()));
        return page(200, "Enter your card", body, link.tenant().livemode());
    }

    static PayPage payment(TenantKey tenant, LinkOffer offer, UUID order, LinkPayment paid) {
        var title = title(paid.status());
        var text = switch (paid.status()) {
            case "succeeded" -> received(paid.succeededAt());
            case "failed" -> "Nothing was paid. Open the payment link again to use another card.";
            case "canceled", "expired" -> "Nothing was paid. Contact the seller.";
            default -> "This page checks every few seconds. You can also close it and return later.";
        };
        var amount = Amounts.inCurrency(paid.currency(), BigInteger.valueOf(paid.amountMinor()));
        var isOpen = title.equals("Your payment is in progress");
        return page(200, title, payment(title, text, offer, amount, order), tenant.livemode())
                .again(isOpen ? Optional.of(OFTEN) : Optional.empty());
    }

    private static String title(String status) {
        return switch (status) {
            case "succeeded" -> "Paid";
            case "failed" -> "The card was declined";
            case "canceled", "expired" -> "This payment was canceled";
            default -> "Your payment is in progress";
        };
    }

    private static String received(Instant at) {
        return "Received on " + TIME.format(at) + ". Keep this page as your receipt.";
    }

    private static Html payment(String title, String text, LinkOffer offer, String amount, UUID order) {
        return Html.filled(
                "payment",
                Map.of(
                        "title",
                        title,
                        "text",
                        text,
                        "seller",
                        offer.seller(),
                        "product",
                        offer.product(),
                        "amount",
                        amount,
                        "order",
                        order.toString()));
    }

    private static String amount(LinkOffer offer, BigInteger amount) {
        return offer.currency() != null
                ? Amounts.inCurrency(offer.currency(), amount)
                : Amounts.inAsset(offer.symbol(), offer.decimals(), amount);
    }

    private PayPage again(Optional<Duration> wait) {
        return new PayPage(status, document, wait, location);
    }

    private static PayPage notice(int status, String title, String text) {
        return page(status, title, Html.filled("notice", Map.of("title", title, "text", text)), true);
    }

    private static PayPage page(int status, String title, Html body, boolean livemode) {
        var mode = livemode ? Html.NOTHING : Html.filled("test-mode", Map.of());
        var document =
                Html.filled("page", Map.of("title", title, "style", new Html(STYLE), "mode", mode, "body", body));
        return new PayPage(status, document, Optional.empty(), Optional.empty());
    }
}
