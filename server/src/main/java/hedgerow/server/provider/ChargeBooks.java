package hedgerow.server.provider;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.ChargeMapper;
import hedgerow.mappers.work.DueRequest;
import java.util.UUID;

/// The postings of a request, in minor units of its currency. A unique key keeps any from being posted twice.
final class ChargeBooks {

    private static final Account SALES = new Account("sales", "Sales", "revenue");
    private static final Account REFUNDS = new Account("refunds", "Refunds", "expense");
    private static final Account FEES = new Account("provider_fees", "Fees of providers", "expense");

    private final Mappers on;
    private final TenantKey tenant;
    private final DueRequest request;
    private final Account provider;

    private record Account(String code, String name, String kind) {}

    ChargeBooks(Mappers on, TenantKey tenant, DueRequest request) {
        this.on = on;
        this.tenant = tenant;
        this.request = request;
        this.provider = new Account("provider_" + request.provider(), "Held by " + request.provider(), "asset");
    }

    void payment(long minor) {
        post("payment", provider, SALES, minor, "Payment by a provider");
    }

    void fee(long minor) {
        post("fee", FEES, provider, minor, "Fee of the provider");
    }

    void refund(long minor) {
        post("refund", REFUNDS, provider, minor, "Refund by a provider");
    }

    void refundReversal() {
        post("refund_reversal", provider, REFUNDS, request.amountMinor(), "Refund that failed");
    }

    private void post(String posting, Account debit, Account credit, long minor, String description) {
        var charges = on.get(ChargeMapper.class);
        open(charges, debit);
        open(charges, credit);
        charges.post(tenant, request.id(), posting, UUID.randomUUID(), debit.code(), credit.code(), minor, description);
    }

    private void open(ChargeMapper charges, Account account) {
        charges.openAccount(tenant, request.id(), account.code(), account.name(), account.kind());
    }
}
