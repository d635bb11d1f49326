package hedgerow.rls.logic;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/// The settings of a session that give inputs their values; inputs that are members of one setting share
/// its JSON, or its text.
public final class InputSettings {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// The number of the last part that is written.
    private static final int MOST = 100;

    private InputSettings() {}

    /// The settings for some values.
    ///
    /// @param values as text; inputs without a setting are left out
    /// @return by name
    public static Map<String, String> of(Map<Input, String> values) {
        var settings = new TreeMap<String, String>();
        var json = new TreeMap<String, Map<String, Object>>();
        var parts = new TreeMap<String, Map<Input.Part, String>>();
        values.forEach((input, value) -> {
            switch (input) {
                case Input.Setting(var name) -> settings.put(name, value);
                case Input.Claim(var setting, var path) ->
                    put(json.computeIfAbsent(setting, _ -> new TreeMap<>()), path, value);
                case Input.Part part ->
                    parts.computeIfAbsent(part.setting(), _ -> new LinkedHashMap<>())
                            .put(part, value);
                case Input.Call _, Input.User _ -> {}
            }
        });
        parts.forEach((setting, known) -> settings.put(setting, text(known, 0)));
        json.forEach((setting, object) -> settings.put(setting, JSON.writeValueAsString(object)));
        return settings;
    }

    /// The text whose parts these are, at a depth. A setting whose parts have several separators, which no
    /// text need fit, gets the parts of one of them.
    private static String text(Map<Input.Part, String> parts, int depth) {
        var whole = parts.entrySet().stream()
                .filter(part -> part.getKey().splits().size() == depth)
                .findFirst();
        if (whole.isPresent()) {
            return whole.get().getValue();
        }
        var separator = parts.keySet().iterator().next().splits().get(depth).separator();
        var pieces = new TreeMap<Integer, Map<Input.Part, String>>();
        parts.forEach((part, value) -> {
            var split = part.splits().get(depth);
            if (split.separator().equals(separator)) {
                pieces.computeIfAbsent(split.number(), _ -> new LinkedHashMap<>())
                        .put(part, value);
            }
        });
        return IntStream.rangeClosed(1, Math.min(pieces.lastKey(), MOST))
                .mapToObj(number -> pieces.containsKey(number) ? text(pieces.get(number), depth + 1) : "")
                .collect(Collectors.joining(separator));
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> object, List<String> path, String value) {
        var inner = object;
        for (var key : path.subList(0, path.size() - 1)) {
            var next = inner.computeIfAbsent(key, _ -> new TreeMap<String, Object>());
            if (!(next instanceof Map)) {
                return;
            }
            inner = (Map<String, Object>) next;
        }
        inner.putIfAbsent(path.getLast(), value);
    }
}
