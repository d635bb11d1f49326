package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentOrder;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The statements of the public page of a payment link, in its tenant.
public interface LinkMapper {

    /// Returns the contents of a link.
    Optional<LinkOffer> offer(TenantKey tenant, UUID link);

    /// Returns the ways to charge a card, the one with the lowest fee first.
    ///
    /// @param providers that may be asked
    List<CardWay> cards(TenantKey tenant, List<String> providers, String currency, long amountMinor);

    /// Adds a payer, the card and the order of a link, in one statement. It refuses a second order of the same id, and
    /// one of a link that is not open.
    PaymentOrder order(TenantKey tenant, UUID order, UUID link, Payer payer, String currency, long amountMinor);

    /// Returns a payment that this link brought in.
    Optional<LinkPayment> payment(TenantKey tenant, UUID link, UUID order);

    /// The payer of an order, as the provider reports them.
    ///
    /// @param country null: not known
    /// @param instrument what the provider charges
    /// @param brand null: not known
    /// @param last4 null: not known
    record Payer(
            String name,
            String country,
            String provider,
            String instrument,
            String brand,
            String last4,
            int expiresMonth,
            int expiresYear) {}
}
