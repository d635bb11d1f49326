package hedgerow.server.chain;

/// Reports that too few endpoints of a chain answer, or answer sensibly, to know what happened on it.
///
/// Its message contains no address, because an address may contain a key.
final class ChainUnreachable extends RuntimeException {

    private static final long serialVersionUID = 1;

    ChainUnreachable(String chain) {
        super("most endpoints of %s do not answer".formatted(chain));
    }
}
