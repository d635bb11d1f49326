package hedgerow.server.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// A map of bounded size that drops the least recently used entry. Thread-safe.
public final class Recent<K, V> {

    private final Map<K, V> entries;

    public Recent(int most) {
        entries = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        });
    }

    public Optional<V> find(K key) {
        return Optional.ofNullable(entries.get(key));
    }

    public V find(K key, Supplier<V> otherwise) {
        return entries.computeIfAbsent(key, _ -> otherwise.get());
    }

    public void keep(K key, V value) {
        entries.put(key, value);
    }

    public void forget(K key) {
        entries.remove(key);
    }
}
