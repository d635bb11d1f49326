package hedgerow.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An answer that says what is wrong (RFC 9457). Everything in it is shown to the caller.
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final transient List<Fault> faults = new ArrayList<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    /// One place in the request that is wrong.
    ///
    /// @param field a JSON pointer into the body, or the name of a parameter
    public record Fault(String field, String message) {}

    /// @param detail what is wrong with this request; never what a caller may not know
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

    public Problem withHeader(String name, String value) {
        headers.put(name, value);
        return this;
    }

    List<Fault> faults() {
        return List.copyOf(faults);
    }

    Map<String, String> headers() {
        return Map.copyOf(headers);
    }

    /// The document, without `errors` where none are known.
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
        document.put("request_id", requestId);
        return document;
    }
}
