package hedgerow.mappers.subscription;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Clocks of test data.
public interface TestClockMapper
        extends ResourceMapper<TestClock, TestClockMapper.Filter>,
                ResourceMapper.Creating<TestClock, TestClockMapper.New> {

    /// Puts a clock forwards; empty if there is none, or it has another version.
    ///
    /// @param version null: whichever it has
    Optional<TestClock> advance(TenantKey tenant, UUID id, Integer version, Instant nowAt);

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(String name, Instant nowAt) {}
}
