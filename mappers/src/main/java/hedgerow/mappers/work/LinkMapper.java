package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
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

    /// Returns a payment that this link brought in.
    Optional<LinkPayment> payment(TenantKey tenant, UUID link, UUID order);
}
