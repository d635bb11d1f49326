package hedgerow.server.http;

import hedgerow.mappers.Database;
import hedgerow.mappers.audit.AuditLog;
import hedgerow.mappers.audit.AuditLogMapper;
import hedgerow.mappers.ledger.LedgerEntry;
import hedgerow.mappers.ledger.LedgerEntryMapper;
import hedgerow.mappers.payment.PaymentAttempt;
import hedgerow.mappers.payment.PaymentAttemptMapper;
import hedgerow.mappers.provider.ProviderEvent;
import hedgerow.mappers.provider.ProviderEventMapper;
import hedgerow.mappers.provider.ProviderTransaction;
import hedgerow.mappers.provider.ProviderTransactionMapper;
import hedgerow.mappers.subscription.SubscriptionPeriod;
import hedgerow.mappers.subscription.SubscriptionPeriodMapper;
import hedgerow.mappers.webhook.OutboxEvent;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.server.settings.HexKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;

/// All resources of the API.
public final class ApiRoutes {

    private ApiRoutes() {}

    /// The routes over a database.
    ///
    /// @param bound binds each connection to the tenant in scope; the data source of `database`
    /// @param cursorKey proves that the server wrote a cursor; without it a random one does
    /// @param credentialKey encrypts secrets at rest, 32 bytes; without it none are accepted. It also
    ///     recognizes repeated requests; without it the cursor key does
    /// @param walletKey encrypts the keys of wallets at rest, 32 bytes; without it none are created
    /// @param signer creates and keeps the keys of wallets instead
    /// @param privateWebhooks whether webhooks of test data may go to private addresses
    /// @param mailsInvitations whether invitations are sent by e-mail
    public static List<Routes> over(
            DataSource bound,
            Database database,
            Limits limits,
            Optional<byte[]> cursorKey,
            Optional<byte[]> credentialKey,
            Optional<byte[]> walletKey,
            Optional<RemoteSigner> signer,
            boolean privateWebhooks,
            boolean mailsInvitations,
            Tokens tokens) {
        var resources = new Resources(
                database,
                limits,
                cursorKey.orElseGet(() -> HexKey.random().bytes()),
                credentialKey.or(() -> cursorKey));
        var box = new SecretBox(credentialKey);
        var written = Stream.of(
                new OrganizationRoutes(resources),
                new MembershipRoutes(resources),
                new InvitationRoutes(resources, tokens, mailsInvitations ? Optional.of(box) : Optional.empty()),
                new ApiKeyRoutes(resources, tokens),
                new CustomerRoutes(resources),
                new PaymentMethodRoutes(resources),
                new ProductRoutes(resources),
                new PriceRoutes(resources),
                new SubscriptionRoutes(resources),
                new TestClockRoutes(resources),
                new PaymentLinkRoutes(resources),
                new PaymentOrderRoutes(resources),
                new RefundRoutes(resources),
                new ReferenceRoutes(resources),
                new ProviderCredentialRoutes(resources, box),
                new WalletRoutes(resources, new SecretBox(walletKey, "wallet-key"), signer),
                new ChainTransactionRoutes(resources),
                new DepositRoutes(resources),
                new ProviderRequestRoutes(resources),
                new LedgerAccountRoutes(resources),
                new AgentRoutes(resources),
                new AgentLimitRoutes(resources),
                new AgentLogRoutes(resources),
                new PromptTemplateRoutes(resources),
                new ApprovalRoutes(resources),
                new WebhookEndpointRoutes(resources, box, new WebhookUrls(privateWebhooks)),
                new WebhookDeliveryRoutes(resources),
                new AccessRoutes(resources, bound));
        return Stream.concat(written, shown(resources)).toList();
    }

    private static Stream<Routes> shown(Resources all) {
        return Stream.of(
                ReadOnlyRoutes.of(
                        all,
                        "subscription_period",
                        "/v1/subscription-periods",
                        SubscriptionPeriod.class,
                        SubscriptionPeriodMapper.class,
                        SubscriptionPeriodMapper.Filter.class),
                ReadOnlyRoutes.of(
                        all,
                        "payment_attempt",
                        "/v1/payment-attempts",
                        PaymentAttempt.class,
                        PaymentAttemptMapper.class,
                        PaymentAttemptMapper.Filter.class),
                ReadOnlyRoutes.of(
                        all,
                        "provider_transaction",
                        "/v1/provider-transactions",
                        ProviderTransaction.class,
                        ProviderTransactionMapper.class,
                        ProviderTransactionMapper.Filter.class),
                ReadOnlyRoutes.of(
                        all,
                        "provider_event",
                        "/v1/provider-events",
                        ProviderEvent.class,
                        ProviderEventMapper.class,
                        ProviderEventMapper.Filter.class),
                ReadOnlyRoutes.of(
                        all,
                        "event",
                        "/v1/events",
                        OutboxEvent.class,
                        OutboxEventMapper.class,
                        OutboxEventMapper.Filter.class,
                        Withheld.ofSubject(all, "subject_type", List.of("payload"))),
                ReadOnlyRoutes.of(
                        all,
                        "ledger_entry",
                        "/v1/ledger-entries",
                        LedgerEntry.class,
                        LedgerEntryMapper.class,
                        LedgerEntryMapper.Filter.class),
                ReadOnlyRoutes.of(
                        all,
                        "audit_log_entry",
                        "/v1/audit-log",
                        AuditLog.class,
                        AuditLogMapper.class,
                        AuditLogMapper.Filter.class,
                        Withheld.ofSubject(all, "table_name", List.of("old_values", "new_values"))));
    }
}
