package hedgerow.mappers.reference;

/// A way to move money: a card or bank provider, or a chain.
public record Provider(String code, String name, String kind, boolean active) {}
