package hedgerow.server.auth;

import com.fasterxml.jackson.annotation.JsonInclude;

/// The fields of a message to sign, for clients of thirdweb: they display the fields, write the text from
/// them, have that signed, and send the fields back. No field is trusted before the text is parsed.
///
/// @see <a href="https://portal.thirdweb.com/references/typescript/v5/LoginPayload">thirdweb's LoginPayload</a>
@JsonInclude(JsonInclude.Include.NON_NULL)
record LoginPayload(
        String domain,
        String address,
        String statement,
        String uri,
        String version,
        String chainId,
        String nonce,
        String issuedAt,
        String expirationTime,
        String invalidBefore) {

    static LoginPayload of(SignInMessage message) {
        return new LoginPayload(
                message.domain(),
                message.address().checksummed(),
                message.statement().orElseThrow(),
                message.uri(),
                "1",
                Long.toString(message.chainId()),
                message.nonce(),
                message.issuedAt().toString(),
                message.expirationTime().orElseThrow().toString(),
                message.notBefore().orElseThrow().toString());
    }

    /// The text that thirdweb's clients write, which has the form of EIP-4361.
    String text() {
        return """
            %s wants you to sign in with your Ethereum account:
            %s

            %s

            URI: %s
            Version: %s
            Chain ID: %s
            Nonce: %s
            Issued At: %s
            Expiration Time: %s
            Not Before: %s\
            """.formatted(
                domain, address, statement, uri, version, chainId, nonce, issuedAt, expirationTime, invalidBefore);
    }
}
