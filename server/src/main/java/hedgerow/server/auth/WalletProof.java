package hedgerow.server.auth;

/// The way in which a wallet has shown, just now, that it agrees.
sealed interface WalletProof {

    Address address();

    /// As the database keeps it: 0 is any chain.
    long chainId();

    /// Its key signed. A key signs alike on every chain.
    record ByKey(Address address) implements WalletProof {

        @Override
        public long chainId() {
            return 0;
        }
    }

    /// Its contract agreed. The same address on another chain may be anybody's.
    record ByContract(Address address, long chainId) implements WalletProof {}
}
