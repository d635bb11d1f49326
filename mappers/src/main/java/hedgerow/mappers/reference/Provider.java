package hedgerow.mappers.reference;

import hedgerow.mappers.Json;
import java.util.List;

/// A way to move money: a card or bank provider, or a chain.
///
/// @param methods the kinds of payment methods that it accepts
/// @param countries where it accepts payments; empty: everywhere
/// @param currencies a list of the currencies that it accepts, each with its fees and limits
public record Provider(
        String code,
        String name,
        String kind,
        boolean active,
        List<String> methods,
        List<String> countries,
        Json currencies) {}
