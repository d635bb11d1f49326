package hedgerow.rls.review;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The origin of the database under review.
///
/// @param name for the report: `database shop on db.example.org:5432`, `schema.sql`
/// @param live whether the connection's own role is meaningful
/// @param gaps the parts that could not be loaded
/// @param assumptions that were made in order to load it
/// @param locations the places in files that create objects, as far as they are known
public record Origin(
        String name,
        boolean live,
        List<String> gaps,
        List<String> assumptions,
        Function<String, Optional<Location>> locations) {

    /// The role that runs files, and owns the objects that they create without naming an owner.
    public static final String LOADER = "postgres";

    public Origin {
        gaps = List.copyOf(gaps);
        assumptions = List.copyOf(assumptions);
    }

    /// A live database.
    public static Origin live(String name) {
        return new Origin(name, true, List.of(), List.of(), object -> Optional.empty());
    }
}
