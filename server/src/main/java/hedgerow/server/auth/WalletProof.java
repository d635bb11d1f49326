package hedgerow.server.auth;

/// The way in which a wallet has just proved its agreement.
sealed interface WalletProof {

    Address address();

    /// The chain in the form of the database: 0 is any chain.
    long chainId();

    /// A signature by its key, which is valid on every chain.
    record ByKey(Address address) implements WalletProof {

        @Override
        public long chainId() {
            return 0;
        }
    }

    /// The agreement of its contract. The same address on another chain may belong to anybody.
    record ByContract(Address address, long chainId) implements WalletProof {}
}
