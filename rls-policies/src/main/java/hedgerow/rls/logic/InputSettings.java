package hedgerow.rls.logic;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// The settings of a session that give inputs their values; inputs that are members of one setting share
/// its JSON.
public final class InputSettings {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private InputSettings() {}

    /// The settings for some values.
    ///
    /// @param values as text; inputs without a setting are left out
    /// @return by name
    public static Map<String, String> of(Map<Input, String> values) {
        var settings = new TreeMap<String, String>();
        var json = new TreeMap<String, Map<String, Object>>();
        values.forEach((input, value) -> {
            switch (input) {
                case Input.Setting(var name) -> settings.put(name, value);
                case Input.Claim(var setting, var path) ->
                    put(json.computeIfAbsent(setting, _ -> new TreeMap<>()), path, value);
                case Input.Call _, Input.User _ -> {}
            }
        });
        json.forEach((setting, object) -> settings.put(setting, JSON.writeValueAsString(object)));
        return settings;
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
