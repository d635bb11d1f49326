package hedgerow.mappers;

/// A JSON document, as the database writes it.
public record Json(String text) {

    /// The empty object, `{}`.
    public static final Json EMPTY = new Json("{}");
}
