// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// A wallet that agrees with what its owner signed.
contract Owned {
    address private immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 hash, bytes memory signature) external view returns (bytes4) {
        if (signature.length != 65) {
            return 0xffffffff;
        }
        bytes32 r;
        bytes32 s;
        uint8 v;
        assembly {
            r := mload(add(signature, 32))
            s := mload(add(signature, 64))
            v := byte(0, mload(add(signature, 96)))
        }
        return ecrecover(hash, v, r, s) == owner ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }
}

/// Makes wallets at addresses that are known before.
contract Factory {
    function make(address owner) external returns (address) {
        return address(new Owned{salt: 0}(owner));
    }

    function place(address owner) external view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(Owned).creationCode, abi.encode(owner)));
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), bytes32(0), code)))));
    }
}

/// Answers everything but the one word that counts.
contract Liar {
    uint256 private immutable how;
    bool private open;

    constructor(uint256 how_) {
        how = how_;
    }

    /// What anybody can do for a moment.
    function bend() external {
        open = true;
    }

    fallback() external {
        uint256 lie = how;
        if (lie == 0) {
            revert();
        } else if (lie == 1) {
            answer(uint256(1), 32); // true
        } else if (lie == 2) {
            answer(uint256(0x1626ba7e) << 224, 4); // too short
        } else if (lie == 3) {
            answer((uint256(0x1626ba7e) << 224) | 1, 32); // and something
        } else if (lie == 4) {
            answer(uint256(0x1626ba7e) << 224, 64); // too long
        } else if (lie == 5) {
            while (true) {}
        } else if (open) {
            answer(uint256(0x1626ba7e) << 224, 32); // only while it is bent
        }
    }

    function answer(uint256 word, uint256 length) private pure {
        assembly {
            mstore(0, word)
            mstore(32, 0)
            return(0, length)
        }
    }
}
