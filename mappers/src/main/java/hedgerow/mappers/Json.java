package hedgerow.mappers;

/// A JSON document, as the database writes it.
public record Json(String text) {

    /// `{}`
    public static final Json EMPTY = new Json("{}");
}
