package hedgerow.server.provider;

import hedgerow.mappers.TenantKey;
import hedgerow.server.pay.Due;
import java.util.List;

/// A payment rail, which moves money: executes the orders, and gives back the refunds, that wait for it.
///
/// Whatever it does rests on the rows of attempts, not on the memory of a process. A pass may end anywhere, and two may
/// run at once.
public interface PaymentRail {

    /// Does a bounded part of what is due for the tenant in scope; returns when more is due.
    Due run(TenantKey tenant);

    /// One pass over each rail.
    static Due run(List<PaymentRail> rails, TenantKey tenant) {
        return rails.stream().map(rail -> rail.run(tenant)).reduce(Due.NEVER, Due::or);
    }
}
