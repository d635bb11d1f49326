package hedgerow.mappers.work;

import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.Refund;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// The way of charges and refunds to HTTP providers, as the worker goes it. Each statement is conditional on the state
/// that it leaves: whoever comes second changes nothing.
public interface ChargeMapper {

    /// Up to 50 orders of customers that may be charged now, the oldest first.
    List<Chargeable> chargeable(@Param("tenant") TenantKey tenant);

    /// The active payment methods by which these orders may be charged: the one that an order names, or any of its
    /// customer's.
    List<Route> routes(TenantKey tenant, Collection<UUID> orders);

    /// Takes the order, begins an attempt, and keeps the request for it: how many orders, 0 or 1.
    int claim(TenantKey tenant, UUID order, UUID attempt, UUID wallet, String provider, UUID credential, String token);

    /// Takes up to 50 refunds of charges by these providers, and keeps a request for each; how many.
    int claimRefunds(TenantKey tenant, List<String> providers);

    /// Up to 50 requests that something is to be done about, which nobody else gets for a minute.
    List<DueRequest> due(TenantKey tenant, List<String> providers);

    /// When the next request, order or refund of these providers is due: now, if one is neither taken nor postponed,
    /// because somebody else had it in hand; null: none is.
    Instant nextTry(TenantKey tenant, List<String> providers);

    /// Notes that a request is being sent, before it is; how many, 0 or 1.
    int send(TenantKey tenant, UUID request);

    /// Notes a state that is not the last one; how many, 0 or 1.
    ///
    /// @param status `unknown`, `pending`, or the one that it has
    /// @param externalId null: not known
    /// @param error null: none
    /// @param seconds until it is looked up again
    int note(
            TenantKey tenant,
            UUID request,
            String from,
            String status,
            String externalId,
            String error,
            double seconds);

    /// Has a person decide; how many, 0 or 1.
    ///
    /// @param externalId null: not known
    int review(TenantKey tenant, UUID request, String from, String reason, String externalId);

    /// Ends a request; how many, 0 or 1.
    ///
    /// @param externalId null: not known
    /// @param error null: it succeeded
    /// @param fee null: not known
    int end(TenantKey tenant, UUID request, String from, String status, String externalId, String error, Long fee);

    /// Moves the attempt of a request along with it; how many.
    int moveAttempt(TenantKey tenant, UUID attempt, String status, String error);

    /// Ends a refund; empty if it has ended.
    Optional<Refund> endRefund(TenantKey tenant, UUID refund, String from, String status, String error);

    /// Reads the refund of an event.
    Optional<Refund> refund(TenantKey tenant, UUID refund);

    /// Records what the provider did; how many.
    int record(TenantKey tenant, UUID request, String externalId);

    /// Confirms what was recorded of a request, or notes that it was undone; how many.
    int confirmRecord(TenantKey tenant, UUID request, String from, String status);

    /// Opens an account of the books unless there is one; how many.
    int openAccount(TenantKey tenant, UUID request, String code, String name, String kind);

    /// Posts a debit to one account and the credit to another: how many entries. A second posting of the kind for an
    /// attempt or a refund is refused.
    int post(
            TenantKey tenant,
            UUID request,
            String posting,
            UUID transaction,
            String debit,
            String credit,
            long minor,
            String description);

    /// The secret that signs the webhooks of a credential; empty if it is revoked.
    Optional<WebhookSecret> webhookSecret(TenantKey tenant, UUID credential);

    /// Keeps a webhook, and has the requests of the order that it names looked up; how many webhooks: 0 if it was kept
    /// before, or if the credential is revoked.
    ///
    /// @param order null: it names none
    int receive(TenantKey tenant, UUID credential, String externalId, String type, Json payload, UUID order);

    /// Notes what became of a webhook that was kept; how many, 0 or 1.
    ///
    /// @param status `processed` or `ignored`
    int processed(TenantKey tenant, String provider, String externalId, String status);
}
