package hedgerow.server.http;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// The id of one request in responses and logs: the caller's, if it is harmless there, otherwise a
/// generated one.
final class RequestId {

    static final String HEADER = "X-Request-Id";

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private RequestId() {}

    static String of(String asked) {
        return Optional.ofNullable(asked)
                .filter(id -> HARMLESS.matcher(id).matches())
                .orElseGet(() -> UUID.randomUUID().toString());
    }
}
