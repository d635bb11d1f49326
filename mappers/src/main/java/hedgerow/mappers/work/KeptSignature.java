package hedgerow.mappers.work;

import java.math.BigInteger;
import java.util.UUID;

/// One version of the transaction that was signed for a nonce.
///
/// @param kind `pay` or `cancel`
/// @param raw the bytes that are sent to the chain
/// @param ageSeconds by the clock of the database
public record KeptSignature(
        UUID chainTransactionId,
        int number,
        String kind,
        String transactionHash,
        byte[] raw,
        BigInteger maxFee,
        BigInteger maxPriorityFee,
        double ageSeconds) {}
