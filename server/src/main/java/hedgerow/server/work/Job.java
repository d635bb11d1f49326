package hedgerow.server.work;

import hedgerow.mappers.TenantKey;
import hedgerow.server.pay.Due;

/// One kind of work, done for the tenant whose turn it is, to which the caller is bound.
///
/// A job does a bounded part of it. A job with more to do requests another turn, and queues behind all
/// others for it.
interface Job {

    /// Does a part of the work, and returns when more is due.
    Due run(TenantKey tenant);
}
