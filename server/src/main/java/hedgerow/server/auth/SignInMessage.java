package hedgerow.server.auth;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The message that a wallet signs to sign in.
///
/// It follows the standard's grammar strictly: ASCII, line feeds, this order, nothing before or after.
/// Where the grammar allows two spellings of one value (a chain id with leading zeros), only the shorter is
/// accepted.
///
/// @param scheme of the site that asks for the signature, without `://`
/// @param domain authority of that site
/// @param statement for the person to read
/// @param uri the subject of the signature
/// @param chainId EIP-155
/// @param resources URIs
/// @see <a href="https://eips.ethereum.org/EIPS/eip-4361">EIP-4361</a>
record SignInMessage(
        Optional<String> scheme,
        String domain,
        Address address,
        Optional<String> statement,
        String uri,
        long chainId,
        String nonce,
        Instant issuedAt,
        Optional<Instant> expirationTime,
        Optional<Instant> notBefore,
        Optional<String> requestId,
        List<String> resources) {

    static final int MAX_LENGTH = 4_000;

    private static final String ASKS = " wants you to sign in with your Ethereum account:";

    private static final String ESCAPED = "%[0-9A-Fa-f]{2}";
    private static final String UNRESERVED = "A-Za-z0-9\\-._~";
    private static final String SUB_DELIMS = "!$&'()*+,;=";
    private static final String AUTHORITY =
            "(?:[" + UNRESERVED + SUB_DELIMS + ":@\\[\\]]|" + ESCAPED + ")++"; // RFC 3986, 3.2
    private static final String URI =
            "[A-Za-z][A-Za-z0-9+.\\-]*+:(?:[" + UNRESERVED + SUB_DELIMS + ":@/?#\\[\\]]|" + ESCAPED + ")*+";
    private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?"
            + "(?:Z|[+\\-][0-9]{2}:[0-9]{2})"; // RFC 3339

    private static final Pattern GRAMMAR = Pattern.compile(String.join(
            "",
            "(?:(?<scheme>[A-Za-z][A-Za-z0-9+.\\-]*+)://)?(?<domain>" + AUTHORITY + ")" + ASKS + "\n",
            "(?<address>0x[0-9A-Fa-f]{40})\n",
            "\n",
            "(?:(?<statement>[" + UNRESERVED + SUB_DELIMS + ":@/?#\\[\\] ]++)\n)?",
            "\n",
            "URI: (?<uri>" + URI + ")\n",
            "Version: 1\n",
            "Chain ID: (?<chain>[1-9][0-9]{0,17})\n",
            "Nonce: (?<nonce>[A-Za-z0-9]{8,128})\n",
            "Issued At: (?<issued>" + TIME + ")",
            "(?:\nExpiration Time: (?<expiration>" + TIME + "))?",
            "(?:\nNot Before: (?<before>" + TIME + "))?",
            "(?:\nRequest ID: (?<request>(?:[" + UNRESERVED + SUB_DELIMS + ":@]|" + ESCAPED + ")*+))?",
            "(?:\nResources:(?<resources>(?:\n- " + URI + ")*+))?"));

    SignInMessage {
        resources = List.copyOf(resources);
    }

    /// Parses a message; empty if the text is not such a message, its address has no valid checksum, or a
    /// time does not exist.
    static Optional<SignInMessage> parse(String text) {
        var parts = GRAMMAR.matcher(text);
        if (text.length() > MAX_LENGTH || !parts.matches()) {
            return Optional.empty();
        }
        try {
            return Address.parse(parts.group("address")).map(address -> read(parts, address));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static SignInMessage read(Matcher parts, Address address) {
        return new SignInMessage(
                group(parts, "scheme"),
                parts.group("domain"),
                address,
                group(parts, "statement"),
                parts.group("uri"),
                Long.parseLong(parts.group("chain")),
                parts.group("nonce"),
                time(parts.group("issued")),
                group(parts, "expiration").map(SignInMessage::time),
                group(parts, "before").map(SignInMessage::time),
                group(parts, "request"),
                group(parts, "resources").map(SignInMessage::list).orElse(List.of()));
    }

    private static Optional<String> group(Matcher parts, String name) {
        return Optional.ofNullable(parts.group(name));
    }

    private static Instant time(String text) {
        return OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                .toInstant();
    }

    private static List<String> list(String lines) {
        return lines.lines()
                .filter(line -> !line.isEmpty())
                .map(line -> line.substring(2))
                .toList();
    }

    /// The message as it is signed.
    String text() {
        var text = new StringBuilder();
        scheme.ifPresent(s -> text.append(s).append("://"));
        text.append(domain).append(ASKS).append('\n');
        text.append(address.checksummed()).append("\n\n");
        statement.ifPresent(s -> text.append(s).append('\n'));
        text.append("\nURI: ").append(uri);
        text.append("\nVersion: 1");
        text.append("\nChain ID: ").append(chainId);
        text.append("\nNonce: ").append(nonce);
        text.append("\nIssued At: ").append(issuedAt);
        expirationTime.ifPresent(time -> text.append("\nExpiration Time: ").append(time));
        notBefore.ifPresent(time -> text.append("\nNot Before: ").append(time));
        requestId.ifPresent(id -> text.append("\nRequest ID: ").append(id));
        if (!resources.isEmpty()) {
            text.append("\nResources:");
            resources.forEach(resource -> text.append("\n- ").append(resource));
        }
        return text.toString();
    }
}
