package hedgerow.server.mcp;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The Model Context Protocol: one message in, at most one message out, and nothing remembered between them.
///
/// A request whose `_meta` names a version is served by revision 2026-07-28; any other by the revisions
/// before it, which begin with `initialize`. Both need the same two methods for tools.
///
/// @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic">Specification</a>
public final class McpProtocol {

    static final String CURRENT = "2026-07-28";
    static final List<String> EARLIER = List.of("2025-11-25", "2025-06-18");

    private static final String META = "io.modelcontextprotocol/";
    private static final int PARSE_ERROR = -32700;
    private static final int INVALID_REQUEST = -32600;
    private static final int NO_METHOD = -32601;
    private static final int INVALID_PARAMS = -32602;
    private static final int INTERNAL_ERROR = -32603;
    private static final int HEADER_MISMATCH = -32020;
    private static final int UNSUPPORTED_VERSION = -32022;
    private static final int TOOLS_STAY_FOR_MS = 3_600_000;

    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Tools tools;
    private final String version;

    /// A protocol that introduces itself by a version.
    ///
    /// @param version of this server
    public McpProtocol(String version) {
        this.tools = Tools.all();
        this.version = version;
    }

    /// The parts of a request that HTTP headers repeat.
    record Headers(Optional<String> version, Optional<String> method, Optional<String> name) {}

    /// An answer to a message.
    ///
    /// @param status of the answer over HTTP
    /// @param body empty: nothing is answered to a notification
    public record Reply(int status, Optional<String> body) {}

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;
        private final int code;
        private final transient Optional<JsonNode> data;

        Refused(int status, int code, String message, Optional<JsonNode> data) {
            super(message, null, false, false);
            this.status = status;
            this.code = code;
            this.data = data;
        }

        Refused(int status, int code, String message) {
            this(status, code, message, Optional.empty());
        }
    }

    /// Over standard input and output.
    public Reply answer(String text, AgentApi api) {
        return answer(text, Optional.empty(), api);
    }

    /// Answers a message.
    ///
    /// @param headers empty if it did not come over HTTP
    Reply answer(String text, Optional<Headers> headers, AgentApi api) {
        Optional<JsonNode> id = Optional.empty();
        try {
            var message = parsed(text);
            id = Optional.ofNullable(message.get("id")).filter(one -> one.isString() || one.isIntegralNumber());
            if (!message.path("method").isString()) {
                return isResponse(message) ? accepted() : refuseMessage();
            } else if (!message.has("id")) {
                return accepted();
            } else if (id.isEmpty()) {
                return refuseMessage();
            }
            return reply(id.get(), result(message, headers, api));
        } catch (Refused e) {
            return refused(id, e);
        } catch (RuntimeException e) { // a defect must not end a server that others use as well
            return refused(
                    id,
                    new Refused(
                            500,
                            INTERNAL_ERROR,
                            "internal error: " + e.getClass().getSimpleName()));
        }
    }

    private static ObjectNode parsed(String text) throws Refused {
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode message
                    && message.path("jsonrpc").asString("").equals("2.0")) {
                return message;
            }
        } catch (JacksonException e) {
            throw new Refused(400, PARSE_ERROR, "this is not JSON");
        }
        throw new Refused(400, INVALID_REQUEST, "this is not one JSON-RPC 2.0 message");
    }

    private static boolean isResponse(JsonNode message) {
        return message.has("result") || message.has("error");
    }

    private static Reply refuseMessage() throws Refused {
        throw new Refused(400, INVALID_REQUEST, "a request has a method, and an id that is a string or an integer");
    }

    private ObjectNode result(JsonNode message, Optional<Headers> headers, AgentApi api) throws Refused {
        var method = message.path("method").asString();
        var params = message.path("params");
        var declared = params.path("_meta").path(META + "protocolVersion");
        if (declared.isString()) {
            requireSame(headers, declared.asString(), method, params);
            requireSupported(declared.asString());
            return current(method, params, api);
        }
        var header = headers.flatMap(Headers::version);
        if (header.equals(Optional.of(CURRENT)) || method.equals("server/discover")) {
            throw new Refused(400, INVALID_PARAMS, "_meta must have %sprotocolVersion".formatted(META));
        } else if (header.isPresent() && !EARLIER.contains(header.get())) {
            requireSupported(header.get());
        }
        return earlier(method, params, api);
    }

    // --- revision 2026-07-28 -------------------------------------------------------------------------------------

    /// A header that differs from the body could take a request past a gateway that reads the header.
    private static void requireSame(Optional<Headers> headers, String declared, String method, JsonNode params)
            throws Refused {
        if (headers.isEmpty()) {
            return;
        }
        requireSame("MCP-Protocol-Version", headers.get().version(), declared);
        requireSame("Mcp-Method", headers.get().method(), method);
        if (method.equals("tools/call")) {
            requireSame(
                    "Mcp-Name",
                    headers.get().name().map(McpProtocol::decoded),
                    params.path("name").asString(""));
        }
    }

    private static void requireSame(String name, Optional<String> header, String body) throws Refused {
        if (!header.equals(Optional.of(body))) {
            throw new Refused(400, HEADER_MISMATCH, "the header %s is missing, or not as in the body".formatted(name));
        }
    }

    private static String decoded(String header) {
        if (!header.startsWith("=?base64?") || !header.endsWith("?=")) {
            return header;
        }
        try {
            var text = header.substring("=?base64?".length(), header.length() - "?=".length());
            return new String(Base64.getDecoder().decode(text), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static void requireSupported(String declared) throws Refused {
        if (!declared.equals(CURRENT)) {
            var data = MAPPER.createObjectNode().put("requested", declared);
            supported().forEach(data.putArray("supported")::add);
            throw new Refused(400, UNSUPPORTED_VERSION, "Unsupported protocol version", Optional.of(data));
        }
    }

    private static List<String> supported() {
        var all = new ArrayList<>(List.of(CURRENT));
        all.addAll(EARLIER);
        return all;
    }

    private ObjectNode current(String method, JsonNode params, AgentApi api) throws Refused {
        if (!params.path("_meta").path(META + "clientCapabilities").isObject()) {
            throw new Refused(400, INVALID_PARAMS, "_meta must have %sclientCapabilities".formatted(META));
        }
        var result = switch (method) {
            case "server/discover" -> discovered();
            case "tools/list" -> cacheable(listed());
            case "tools/call" -> called(params, api);
            default -> throw new Refused(404, NO_METHOD, "there is no method " + quoted(method));
        };
        result.put("resultType", "complete");
        result.putObject("_meta").set(META + "serverInfo", serverInfo());
        return result;
    }

    private ObjectNode discovered() {
        var result = cacheable(MAPPER.createObjectNode());
        supported().forEach(result.putArray("supportedVersions")::add);
        result.putObject("capabilities").putObject("tools");
        return result.put("instructions", Tools.INSTRUCTIONS);
    }

    private static ObjectNode cacheable(ObjectNode result) {
        return result.put("ttlMs", TOOLS_STAY_FOR_MS).put("cacheScope", "public");
    }

    // --- the revisions before ------------------------------------------------------------------------------------

    private ObjectNode earlier(String method, JsonNode params, AgentApi api) throws Refused {
        return switch (method) {
            case "initialize" -> initialized(params);
            case "ping" -> MAPPER.createObjectNode();
            case "tools/list" -> listed();
            case "tools/call" -> called(params, api);
            default -> throw new Refused(200, NO_METHOD, "there is no method " + quoted(method));
        };
    }

    private ObjectNode initialized(JsonNode params) {
        var wanted = params.path("protocolVersion").asString("");
        var result = MAPPER.createObjectNode()
                .put("protocolVersion", EARLIER.contains(wanted) ? wanted : EARLIER.getFirst());
        result.putObject("capabilities").putObject("tools");
        result.set("serverInfo", serverInfo());
        return result.put("instructions", Tools.INSTRUCTIONS);
    }

    // --- both ----------------------------------------------------------------------------------------------------

    private ObjectNode serverInfo() {
        return MAPPER.createObjectNode()
                .put("name", "hedgerow")
                .put("title", "Hedgerow payments")
                .put("version", version);
    }

    private ObjectNode listed() {
        var result = MAPPER.createObjectNode();
        tools.definitions().forEach(result.putArray("tools")::add);
        return result;
    }

    private ObjectNode called(JsonNode params, AgentApi api) throws Refused {
        var name = params.path("name").asString("");
        var tool = tools.named(name)
                .orElseThrow(() -> new Refused(200, INVALID_PARAMS, "there is no tool " + quoted(name)));
        var outcome = tool.call(api, params.path("arguments"));
        var result = MAPPER.createObjectNode().put("isError", outcome.isError());
        result.putArray("content")
                .addObject()
                .put("type", "text")
                .put("text", outcome.answer().toString());
        result.set("structuredContent", outcome.answer());
        return result;
    }

    /// A name that a stranger chose, for a message.
    private static String quoted(String name) {
        var plain = name.replaceAll("[^A-Za-z0-9/_.-]", "?");
        return "'" + plain.substring(0, Math.min(plain.length(), 100)) + "'";
    }

    private static Reply accepted() {
        return new Reply(202, Optional.empty());
    }

    private static Reply reply(JsonNode id, ObjectNode result) {
        var message = MAPPER.createObjectNode().put("jsonrpc", "2.0");
        message.set("id", id);
        message.set("result", result);
        return new Reply(200, Optional.of(message.toString()));
    }

    private static Reply refused(Optional<JsonNode> id, Refused why) {
        var message = MAPPER.createObjectNode().put("jsonrpc", "2.0");
        id.ifPresent(known -> message.set("id", known));
        var error = message.putObject("error").put("code", why.code).put("message", why.getMessage());
        why.data.ifPresent(data -> error.set("data", data));
        return new Reply(why.status, Optional.of(message.toString()));
    }
}
