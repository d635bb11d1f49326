package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The statements of sessions in which strangers enter a card. Each change is conditional on the state that it leaves:
/// whoever comes second changes nothing.
public interface CheckoutMapper {

    /// Keeps a session before the provider is asked for it.
    ///
    /// @param message what the payer reads at the provider
    /// @param address where the payer comes back to
    KeptCheckout keep(
            TenantKey tenant,
            UUID checkout,
            UUID link,
            String provider,
            UUID credential,
            String currency,
            long amountMinor,
            String message,
            String address);

    /// Notes the provider's id of the session; how many rows have it now, 0 or 1: 0 if the row has another one, or
    /// has ended.
    int opened(TenantKey tenant, UUID checkout, String externalId);

    /// Finds the session of a link by the provider's id.
    Optional<KeptCheckout> find(TenantKey tenant, UUID link, String provider, String externalId);

    /// Takes up to 5 that are due, and that nobody else takes now; they are due again in a minute.
    ///
    /// @param providers that can be asked
    List<KeptCheckout> due(TenantKey tenant, List<String> providers);

    /// The time at which the next one is due; null: none is.
    Instant nextTry(TenantKey tenant, List<String> providers);

    /// Has one that has not ended be looked at later.
    int later(TenantKey tenant, UUID checkout, double seconds);

    /// Has one of which the provider's id is not known be looked at no more.
    int leave(TenantKey tenant, UUID checkout);

    /// Ends one without an order; how many, 0 or 1.
    ///
    /// @param refusal null: it has expired
    int end(TenantKey tenant, UUID checkout, String status, String refusal);

    /// Ends one with an order: adds the payer and the card as well, in one statement. Empty if it has ended already.
    /// It refuses an order of a link that is not open.
    Optional<PaymentOrder> complete(TenantKey tenant, UUID checkout, Payer payer);

    /// The payer of an order, as the provider reports them.
    ///
    /// @param country null: not known
    /// @param instrument what the provider charges
    /// @param brand null: not known
    /// @param last4 null: not known
    record Payer(
            String name,
            String country,
            String instrument,
            String brand,
            String last4,
            int expiresMonth,
            int expiresYear) {}
}
