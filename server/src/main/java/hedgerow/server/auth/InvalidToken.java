package hedgerow.server.auth;

/// Reports that a token proves nothing. The message states the reason for the sender's log, and never
/// quotes the token.
final class InvalidToken extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidToken(String why) {
        super(why, null, false, false);
    }
}
