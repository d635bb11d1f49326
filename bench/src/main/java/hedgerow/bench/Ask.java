package hedgerow.bench;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;

/// A request.
///
/// @param who the name and the value of the header that identifies the caller
/// @param body empty for none
record Ask(String method, String path, String who, String value, String body) {

    HttpRequest to(String address) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .header(who, value)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }

    /// The request in the form sent over the wire.
    String raw() {
        var head = "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s: %s\r\n".formatted(method, path, who, value);
        return body.isEmpty()
                ? head + "\r\n"
                : "%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(head, body.getBytes(StandardCharsets.UTF_8).length, body);
    }
}
