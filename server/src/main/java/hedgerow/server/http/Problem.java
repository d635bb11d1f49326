package hedgerow.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// A refusal, as a problem document (RFC 9457). Everything in it is shown to the caller.
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final transient List<Fault> faults = new ArrayList<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();
    private transient JsonNode refusal;

    /// A fault at one place in the request.
    ///
    /// @param field a JSON pointer into the body, or the name of a parameter
    public record Fault(String field, String message) {

        /// The first step of a pointer: the field of the body.
        String name() {
            return field.split("/", 3)[1];
        }
    }

    /// A problem.
    ///
    /// @param detail the fault of this request, without anything that the caller may not know
    public Problem(ProblemCode code, String detail) {
        super(detail, null, false, false);
        this.code = code;
    }

    public ProblemCode code() {
        return code;
    }

    public Problem with(Fault fault) {
        faults.add(fault);
        return this;
    }

    /// Drops the faults for which `condition` holds.
    Problem withoutFaults(Predicate<Fault> condition) {
        faults.removeIf(condition);
        return this;
    }

    public Problem withHeader(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /// Why a control refused a payment, with the number that was exceeded.
    Problem withRefusal(JsonNode why) {
        refusal = why;
        return this;
    }

    List<Fault> faults() {
        return List.copyOf(faults);
    }

    Map<String, String> headers() {
        return Map.copyOf(headers);
    }

    /// The document, without `errors` if no places are known, and without `refusal` if no control of payments spoke.
    Map<String, Object> document(String requestId) {
        var document = new LinkedHashMap<String, Object>();
        document.put("type", code.page());
        document.put("code", code.slug());
        document.put("title", code.title());
        document.put("status", code.status());
        document.put("detail", getMessage());
        if (!faults.isEmpty()) {
            document.put("errors", faults());
        }
        if (refusal != null) {
            document.put("refusal", refusal);
        }
        document.put("request_id", requestId);
        return document;
    }
}
