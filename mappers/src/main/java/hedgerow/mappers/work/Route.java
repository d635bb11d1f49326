package hedgerow.mappers.work;

import java.util.List;
import java.util.UUID;

/// A payment method by which an order may be charged, and the terms of its provider.
///
/// @param token what the provider charges; null: it has not been given
/// @param credentialId the newest that the tenant has for the provider; null: none
/// @param countries in which the provider takes payments; empty: all
/// @param feeBasisPoints null, as the following: the provider does not take the currency
/// @param maximumMinor null: any
/// @param country of the customer; null: not known
/// @param tried whether its provider was asked to charge it for this order before
public record Route(
        UUID orderId,
        UUID methodId,
        String kind,
        String provider,
        String token,
        UUID credentialId,
        boolean active,
        List<String> methods,
        List<String> countries,
        Integer feeBasisPoints,
        Long feeFixedMinor,
        Long minimumMinor,
        Long maximumMinor,
        String country,
        boolean tried) {}
