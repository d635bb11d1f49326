package hedgerow.server.http;

import hedgerow.mappers.StatementFailure;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;

/// Turns whatever went wrong into a problem document. What is not the caller's fault is logged, and told to
/// nobody.
final class Problems {

    static final String CONTENT_TYPE = "application/problem+json";

    private Problems() {}

    static void answer(Throwable failure, Context ctx) {
        var problem = of(failure);
        if (problem.code() == ProblemCode.INTERNAL_ERROR) {
            Log.failure("request failed", failure);
        }
        write(problem, ctx);
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

    private static Problem internal() {
        return new Problem(ProblemCode.INTERNAL_ERROR, "it has been noted");
    }

    private static Problem http(HttpResponseException e) {
        return switch (e.getStatus()) {
            case 404 -> new Problem(ProblemCode.ROUTE_NOT_FOUND, "see /openapi.json for what there is");
            case 405 ->
                new Problem(ProblemCode.METHOD_NOT_ALLOWED, "see the Allow header")
                        .withHeader("Allow", allowed(e.getDetails()));
            case 413 -> new Problem(ProblemCode.BODY_TOO_LARGE, "send less");
            default -> of(e.getStatus());
        };
    }

    /// For what the HTTP layer refuses by itself.
    static Problem of(int status) {
        return switch (status) {
            case 408 -> new Problem(ProblemCode.REQUEST_TIMEOUT, "send it faster");
            case 413 -> new Problem(ProblemCode.BODY_TOO_LARGE, "send less");
            case 414 -> new Problem(ProblemCode.URI_TOO_LONG, "ask for less at once");
            case 431 -> new Problem(ProblemCode.HEADERS_TOO_LARGE, "send fewer or shorter headers");
            case 503 -> SqlProblems.unavailable();
            default -> status < 500 ? new Problem(ProblemCode.INVALID_REQUEST, "it cannot be understood") : internal();
        };
    }

    private static String allowed(Map<String, String> details) {
        return Optional.ofNullable(details.get("availableMethods")).orElse("");
    }

    private static Problem json(JacksonException e) {
        if (e instanceof StreamConstraintsException) {
            return new Problem(ProblemCode.INVALID_JSON, "it is nested too deeply, or has a number or name too long");
        }
        var place = e.getLocation();
        return new Problem(
                ProblemCode.INVALID_JSON,
                place == null
                        ? "it is not JSON"
                        : "wrong at line %d, column %d".formatted(place.getLineNr(), place.getColumnNr()));
    }
}
