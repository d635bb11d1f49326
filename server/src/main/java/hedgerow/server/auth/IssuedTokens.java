package hedgerow.server.auth;

import hedgerow.server.auth.Token.Kind;
import hedgerow.server.http.Tokens;

/// The [Tokens] of sign-in.
final class IssuedTokens implements Tokens {

    @Override
    public Issued apiKey(boolean livemode) {
        return issued(livemode ? Kind.LIVE_KEY : Kind.TEST_KEY);
    }

    @Override
    public Issued invitation() {
        return issued(Kind.INVITATION);
    }

    private static Issued issued(Kind kind) {
        var token = Token.generate(kind);
        return new Issued(token.secret(), token.prefix(), token.hash());
    }
}
