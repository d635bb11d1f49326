package hedgerow.mappers;

/// A JSON document, as the database writes it.
public record Json(String text) {

    /// The empty object, `{}`.
    public static final Json EMPTY = new Json("{}");

    /// The empty list, `[]`.
    public static final Json EMPTY_LIST = new Json("[]");
}
