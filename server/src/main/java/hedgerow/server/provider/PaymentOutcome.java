package hedgerow.server.provider;

import java.time.Duration;
import java.util.Optional;

/// The outcome of a request to a provider, as far as its answer shows.
public sealed interface PaymentOutcome {

    /// The money moved.
    ///
    /// @param externalId the provider's name for it
    /// @param feeMinor what the provider kept, if it reports that
    record Paid(String externalId, String currency, long amountMinor, Optional<Long> feeMinor)
            implements PaymentOutcome {}

    /// The provider has decided not to move it.
    ///
    /// @param externalId empty: the provider made no record of it
    /// @param code a word of the provider's
    record Declined(Optional<String> externalId, String code) implements PaymentOutcome {}

    /// The provider has a record of it, and has not decided.
    record Pending(String externalId) implements PaymentOutcome {}

    /// The provider knows of nothing: of a look-up alone.
    record Absent() implements PaymentOutcome {}

    /// The provider did not look at the request, and wants to be asked later.
    record Busy(Duration pause) implements PaymentOutcome {}

    /// The provider refuses the credential.
    record Refused(String code) implements PaymentOutcome {}

    /// Nobody knows: the money may have moved.
    ///
    /// @param code in a word of ours
    record Unknown(String code) implements PaymentOutcome {}
}
