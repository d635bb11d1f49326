package hedgerow.server.http;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A list of codes that the OpenAPI document names as a `format`. The JDK keeps the lists.
record CodeList(String getName, String message, Set<String> codes) implements Format {

    static final List<CodeList> ALL = List.of(
            new CodeList("iso-4217", "is not the ISO 4217 code of a currency in use", currencies()),
            new CodeList("iso-3166-1", "is not an ISO 3166-1 alpha-2 country code", Set.of(Locale.getISOCountries())));

    /// The currencies that countries use today: the JDK also knows the old ones, precious metals and test codes.
    private static Set<String> currencies() {
        return Stream.of(Locale.getISOCountries())
                .map(country -> Currency.getInstance(Locale.of("", country)))
                .filter(currency -> currency != null)
                .map(Currency::getCurrencyCode)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean matches(ExecutionContext context, String value) {
        return codes.contains(value);
    }
}
