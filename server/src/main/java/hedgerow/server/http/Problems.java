package hedgerow.server.http;

import hedgerow.mappers.StatementFailure;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;

/// Turns any failure into a problem document. A failure that is not the caller's fault is logged, and not
/// explained.
final class Problems {

    static final String CONTENT_TYPE = "application/problem+json";

    private Problems() {}

    static void answer(Throwable failure, Context ctx) {
        var problem = describe(failure, ctx);
        if (problem.code() == ProblemCode.INTERNAL_ERROR) {
            Log.failure("request failed", failure);
        }
        write(problem, ctx);
    }

    /// Describes a failure. A defect here must cost neither the caller's response nor the operator's log
    /// line.
    private static Problem describe(Throwable failure, Context ctx) {
        try {
            return failure instanceof StatementFailure statement
                    ? of(statement).withoutFaults(fault -> !contract(ctx).describes(ctx, fault.name()))
                    : of(failure);
        } catch (RuntimeException e) {
            e.addSuppressed(failure);
            Log.failure("a failure could not be translated", e);
            return internal();
        }
    }

    private static Contract contract(Context ctx) {
        return ctx.appData(Contract.KEY);
    }

    private static void write(Problem problem, Context ctx) {
        problem.headers().forEach(ctx::header);
        ctx.status(problem.code().status());
        Answers.json(ctx, problem.document(Exchange.current().id()), CONTENT_TYPE);
    }

    static Problem of(Throwable failure) {
        return switch (failure) {
            case Problem problem -> problem;
            case HttpResponseException e -> http(e);
            case JacksonException e -> json(e);
            case StatementFailure e -> SqlProblems.of(e).orElseGet(Problems::internal);
            default -> internal();
        };
    }

    static Problem internal() {
        return new Problem(ProblemCode.INTERNAL_ERROR, "the server logged it under this request_id");
    }

    private static Problem http(HttpResponseException e) {
        return switch (e.getStatus()) {
            case 404 -> new Problem(ProblemCode.ROUTE_NOT_FOUND, "/openapi.json lists every route");
            case 405 ->
                new Problem(ProblemCode.METHOD_NOT_ALLOWED, "use a method that the Allow header lists")
                        .withHeader("Allow", allowed(e.getDetails()));
            default -> of(e.getStatus());
        };
    }

    /// The problem for a request that the HTTP layer itself refuses.
    static Problem of(int status) {
        return switch (status) {
            case 408 -> new Problem(ProblemCode.REQUEST_TIMEOUT, "send it faster");
            case 413 -> new Problem(ProblemCode.BODY_TOO_LARGE, "send a shorter body");
            case 414 -> new Problem(ProblemCode.URI_TOO_LONG, "send a shorter address");
            case 431 -> new Problem(ProblemCode.HEADERS_TOO_LARGE, "send fewer or shorter headers");
            case 503 -> SqlProblems.unavailable();
            default ->
                status < 500 ? new Problem(ProblemCode.INVALID_REQUEST, "it cannot be parsed as HTTP") : internal();
        };
    }

    private static String allowed(Map<String, String> details) {
        return Optional.ofNullable(details.get("availableMethods")).orElse("");
    }

    private static Problem json(JacksonException e) {
        if (e instanceof StreamConstraintsException) {
            return new Problem(
                    ProblemCode.INVALID_JSON, "it is nested too deeply, or a number or name in it is too long");
        }
        var place = e.getLocation();
        return new Problem(
                ProblemCode.INVALID_JSON,
                place == null
                        ? "it cannot be parsed as JSON"
                        : "it cannot be parsed at line %d, column %d"
                                .formatted(place.getLineNr(), place.getColumnNr()));
    }
}
