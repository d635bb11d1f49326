package hedgerow.rls.review;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Where the database under review comes from.
///
/// @param name for the report: `database shop on db.example.org:5432`, `schema.sql`
/// @param live whether the connection's own role says something about it
/// @param gaps what of it could not be loaded
/// @param assumptions what was made up to load it
/// @param locations where an object is made, as far as that is known
public record Origin(
        String name,
        boolean live,
        List<String> gaps,
        List<String> assumptions,
        Function<String, Optional<Location>> locations) {

    public Origin {
        gaps = List.copyOf(gaps);
        assumptions = List.copyOf(assumptions);
    }

    /// A database that somebody runs.
    public static Origin live(String name) {
        return new Origin(name, true, List.of(), List.of(), object -> Optional.empty());
    }
}
