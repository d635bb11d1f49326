package hedgerow.server.chain;

import hedgerow.mappers.work.OpenNonce;
import java.math.BigInteger;

/// A transfer that was mined.
///
/// @param left the amount of the asset that left the wallet
record Moved(OpenNonce nonce, Receipt receipt, BigInteger left) {}
