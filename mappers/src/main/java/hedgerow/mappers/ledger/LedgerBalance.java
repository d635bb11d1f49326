package hedgerow.mappers.ledger;

import java.math.BigInteger;
import java.util.UUID;

/// The sum of an account's entries: debits less credits.
public record LedgerBalance(UUID accountId, String unit, BigInteger balance, long entries) {}
