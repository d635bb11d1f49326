package hedgerow.server.auth;

/// A token that proves nothing. The message says why, for the log of whoever sent it; never what was in it.
final class InvalidToken extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidToken(String why) {
        super(why, null, false, false);
    }
}
