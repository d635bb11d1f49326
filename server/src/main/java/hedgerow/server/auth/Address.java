package hedgerow.server.auth;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.web3j.crypto.Keys;

/// An Ethereum address.
///
/// @param lowerCase `0x` and 40 digits, as the database keeps it
/// @see <a href="https://eips.ethereum.org/EIPS/eip-55">EIP-55</a>
record Address(String lowerCase) {

    private static final Pattern SHAPE = Pattern.compile("0x[0-9a-fA-F]{40}");

    /// Parses an address; empty if the text lacks the checksum of EIP-55 or has a wrong one.
    static Optional<Address> parse(String text) {
        return Optional.of(text)
                .filter(t -> SHAPE.matcher(t).matches())
                .map(t -> new Address(t.toLowerCase(Locale.ROOT)))
                .filter(address -> address.checksummed().equals(text));
    }

    /// The address with the checksum of EIP-55.
    String checksummed() {
        return Keys.toChecksumAddress(lowerCase);
    }

    @Override
    public String toString() {
        return checksummed();
    }
}
