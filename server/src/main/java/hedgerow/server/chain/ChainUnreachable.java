package hedgerow.server.chain;

/// Too few endpoints of a chain answer, or answer sensibly, to tell what happened on it.
///
/// It names no address, which may hold a key.
final class ChainUnreachable extends RuntimeException {

    private static final long serialVersionUID = 1;

    ChainUnreachable(String chain) {
        super("most endpoints of %s do not answer".formatted(chain));
    }
}
