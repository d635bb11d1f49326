package hedgerow.server.link;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Currency;

/// Amounts as people read them: `49.00 EUR`, `1.5 USDC`.
final class Amounts {

    private Amounts() {}

    static String inCurrency(String currency, BigInteger minor) {
        var digits = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        return new BigDecimal(minor, digits).toPlainString() + " " + currency;
    }

    static String inAsset(String symbol, int decimals, BigInteger units) {
        var amount = new BigDecimal(units, decimals).stripTrailingZeros();
        return (amount.scale() < 0 ? amount.setScale(0) : amount).toPlainString() + " " + symbol;
    }
}
