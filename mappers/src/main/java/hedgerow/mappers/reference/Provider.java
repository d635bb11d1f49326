package hedgerow.mappers.reference;

import hedgerow.mappers.Json;
import java.util.List;

/// A way to move money: a card or bank provider, or a chain.
///
/// @param methods kinds of payment methods that it takes
/// @param countries where it takes payments; empty: everywhere
/// @param currencies a list of the currencies that it takes, each with its fees and limits
public record Provider(
        String code,
        String name,
        String kind,
        boolean active,
        List<String> methods,
        List<String> countries,
        Json currencies) {}
