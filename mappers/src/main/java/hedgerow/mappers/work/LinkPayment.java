package hedgerow.mappers.work;

import java.time.Instant;

/// A payment that a link brought in.
///
/// @param succeededAt null: it has not succeeded
public record LinkPayment(String status, String currency, long amountMinor, Instant succeededAt) {}
