package hedgerow.server.auth;

import java.util.Locale;
import java.util.UUID;

/// The purpose of a nonce. A proof given for one purpose is invalid for another.
enum Purpose {
    SIGN_IN("Sign in to Hedgerow."),
    LINK_WALLET("Link this wallet to the account %s."),
    LINK_IDENTITY(""),
    UNLINK_WALLET("Unlink this wallet from the account %s."),
    UNLINK_IDENTITY("");

    private final String statement;

    Purpose(String statement) {
        this.statement = statement;
    }

    /// The name in the database and the API.
    String slug() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Purpose of(String slug) {
        return valueOf(slug.toUpperCase(Locale.ROOT));
    }

    boolean isOfWallet() {
        return !statement.isEmpty();
    }

    /// The sentence that a wallet shows to the person who signs.
    String statement(UUID user) {
        return statement.formatted(user);
    }
}
