package hedgerow.server.http;

import java.util.Locale;

/// The kinds of problems. A code is never reused; `docs/errors.md` explains each.
public enum ProblemCode {
    INVALID_REQUEST(400, "The request is not well-formed HTTP"),
    INVALID_JSON(400, "The body is not valid JSON"),
    INVALID_PARAMETER(400, "A query parameter is unknown or invalid"),
    INVALID_CURSOR(400, "The cursor does not belong to this list"),
    INVALID_HEADER(400, "A header is invalid"),
    ANSWER_TOO_LARGE(400, "The answer would be too large"),
    UNAUTHENTICATED(401, "No valid credential was sent"),
    INVALID_PROOF(401, "The proof is invalid"),
    FORBIDDEN(403, "The caller may not do this"),
    INSUFFICIENT_SCOPE(403, "The key lacks a scope"),
    ORGANIZATION_REQUIRED(403, "No organization was named"),
    STALE_SIGN_IN(403, "The sign-in is too old for this"),
    NOT_FOUND(404, "The resource does not exist"),
    ROUTE_NOT_FOUND(404, "The address does not exist"),
    METHOD_NOT_ALLOWED(405, "The address does not support this method"),
    REQUEST_TIMEOUT(408, "The request came too slowly"),
    ALREADY_EXISTS(409, "The resource exists already"),
    CONCURRENT_CHANGE(409, "Another request changed it at the same time"),
    IDEMPOTENCY_IN_FLIGHT(409, "The first request with this Idempotency-Key is still under way"),
    INVALID_STATE(409, "The state of the resource does not allow this"),
    LAST_OWNER(409, "An organization must keep an active owner"),
    LAST_WAY_IN(409, "A person must keep a way to sign in"),
    NOT_APPROVED(409, "The payment has not been approved"),
    PAYMENT_LINK_CLOSED(409, "The payment link accepts no more orders"),
    PRECONDITION_FAILED(412, "The resource has changed since it was read"),
    BODY_TOO_LARGE(413, "The body is too large"),
    URI_TOO_LONG(414, "The address is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body is not application/json"),
    IDEMPOTENCY_MISMATCH(422, "The Idempotency-Key was used for another request"),
    INVALID_BODY(422, "The body is invalid"),
    INVALID_REFERENCE(422, "The body refers to something that does not exist"),
    LIMIT_EXCEEDED(422, "A limit would be exceeded"),
    RATE_LIMITED(429, "Too many requests"),
    HEADERS_TOO_LARGE(431, "The headers are too large"),
    INTERNAL_ERROR(500, "The server failed"),
    UNAVAILABLE(503, "The service is unavailable");

    private final int status;
    private final String title;

    ProblemCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /// The page of this server that explains it, as the `type` of a problem document.
    public String page() {
        return "/problems/" + slug().replace('_', '-');
    }

    /// The `code` of a problem document.
    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }
}
