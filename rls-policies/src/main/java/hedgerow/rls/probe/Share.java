package hedgerow.rls.probe;

import hedgerow.rls.catalog.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The part of the attacks that one of several equal databases receives.
///
/// Objects are dealt out by name, and the statements about one object stay together, so that the outcome of
/// none of them depends on the number of databases.
final class Share {

    private final int part;
    private final int parts;
    private final Map<String, Integer> objects;
    private final Map<String, Integer> roles;

    private Share(int part, int parts, List<String> objects, List<String> roles) {
        this.part = part;
        this.parts = parts;
        this.objects = places(objects);
        this.roles = places(roles);
    }

    /// One part of several.
    ///
    /// @param objects those that many statements are about, and that are therefore dealt out evenly
    static Share of(int part, int parts, List<String> objects, List<String> roles) {
        return new Share(part, parts, objects, roles);
    }

    private static Map<String, Integer> places(List<String> names) {
        var places = new HashMap<String, Integer>();
        names.stream().sorted().forEach(name -> places.putIfAbsent(name, places.size()));
        return places;
    }

    /// Whether the attacks on this object are in it.
    boolean has(String object) {
        return isMine(objects.getOrDefault(object, object.hashCode()));
    }

    /// Whether the attacks of this role that concern no single object are in it.
    boolean has(Role role) {
        return isMine(roles.getOrDefault(role.name(), role.name().hashCode()));
    }

    private boolean isMine(int place) {
        return Math.floorMod(place, parts) == part;
    }
}
