package hedgerow.sql;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A headless Chromium with one page, driven by its own protocol.
///
/// @see <a href="https://chromedevtools.github.io/devtools-protocol/">Chrome DevTools Protocol</a>
public final class Browser implements AutoCloseable {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/.*");
    private static final long PATIENCE_S = 30;

    private static final JsonMapper JSON = new JsonMapper();

    private final Process process;
    private final Path profile;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
    private int sent;

    private Browser(String program) throws IOException, InterruptedException {
        profile = Files.createTempDirectory("browser");
        process = new ProcessBuilder(
                        program,
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile)
                .start();
        socket = http.newWebSocketBuilder()
                .buildAsync(page(address()), new Listener())
                .join();
    }

    /// Starts a browser; empty where no Chromium is installed.
    public static Optional<Browser> start() throws IOException, InterruptedException {
        var program = Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        return program.isEmpty()
                ? Optional.empty()
                : Optional.of(new Browser(program.get().toString()));
    }

    private String address() throws IOException {
        var lines = process.errorReader();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var listening = LISTENING.matcher(line);
            if (listening.matches()) {
                Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
                return listening.group(1);
            }
        }
        throw new IOException("Chromium ended before it listened");
    }

    private URI page(String address) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + address + "/json/new"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        var target = JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        return URI.create(target.required("webSocketDebuggerUrl").stringValue());
    }

    /// Loads a page, and waits until it has loaded.
    public void open(URI page, boolean script) throws InterruptedException {
        call("Page.enable", Map.of());
        call("Emulation.setScriptExecutionDisabled", Map.of("value", !script));
        call("Page.navigate", Map.of("url", page.toString()));
        await(message -> message.path("method").asString("").equals("Page.loadEventFired"));
    }

    /// Sets the size of the window, in CSS pixels.
    public void resize(int width, int height) throws InterruptedException {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /// Waits until the page that an action leads to has loaded.
    public void awaitPage() throws InterruptedException {
        await(message -> message.path("method").asString("").equals("Page.loadEventFired"));
    }

    /// Finds violations of the rules of accessibility, with axe.
    ///
    /// @param axe its script
    public List<String> violations(String axe) throws InterruptedException {
        evaluate(axe + ";true");
        return evaluate("axe.run().then(found => found.violations.map(v => v.id + ': ' + v.help))")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
    }

    /// Sets the preferred colours.
    ///
    /// @param scheme `light` or `dark`
    public void prefer(String scheme) throws InterruptedException {
        var feature = Map.of("name", "prefers-color-scheme", "value", scheme);
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    /// The value of an expression, or of the promise that it returns.
    public JsonNode evaluate(String expression) throws InterruptedException {
        var result = call(
                "Runtime.evaluate",
                Map.of("expression", expression, "returnByValue", true, "awaitPromise", true, "userGesture", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(result.get("exceptionDetails").toString());
        }
        return result.path("result").path("value");
    }

    /// Presses a key.
    ///
    /// @param key such as `Tab`
    public void press(String key, int code, String text) throws InterruptedException {
        var event = Map.of("type", "keyDown", "key", key, "windowsVirtualKeyCode", code, "text", text);
        call("Input.dispatchKeyEvent", event);
        call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
    }

    /// Types a text.
    ///
    /// @param text letters, digits and spaces
    public void type(String text) throws InterruptedException {
        for (var c : text.toCharArray()) {
            press(String.valueOf(c), Character.toUpperCase(c), String.valueOf(c));
        }
    }

    public void screenshot(Path png) throws IOException, InterruptedException {
        var data = call("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
        Files.write(png, Base64.getDecoder().decode(data.required("data").stringValue()));
    }

    private JsonNode call(String method, Map<String, ?> parameters) throws InterruptedException {
        var id = ++sent;
        socket.sendText(JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
                .join();
        var answer = await(message -> message.path("id").asInt(0) == id);
        if (answer.has("error")) {
            throw new IllegalStateException(method + ": " + answer.get("error"));
        }
        return answer.required("result");
    }

    private JsonNode await(Predicate<JsonNode> wanted) throws InterruptedException {
        while (true) {
            var message = received.poll(PATIENCE_S, TimeUnit.SECONDS);
            if (message == null) {
                throw new IllegalStateException("Chromium does not answer");
            }
            if (wanted.test(message)) {
                return message;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        http.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        try (var files = Files.walk(profile)) {
            for (var file : new ArrayList<>(files.toList()).reversed()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                received.add(JSON.readTree(message.toString()));
                message.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }
}
