// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// Whether an account agrees with a signature: one eth_call, deployed or not (ERC-6492 over ERC-1271).
///
/// Never deployed. It is sent as creation code with its arguments, and answers one byte: 1 yes, 0 no.
///
/// A signature that ends in the magic bytes carries the call that makes the account. If there is none yet it is made here,
/// in the call's own state, and then asked; beside an account that exists nothing else is called, so that nobody can
/// bend its state for the moment of the question. Signatures of keys are not looked at: the server recovers those itself.
///
/// https://eips.ethereum.org/EIPS/eip-6492, https://eips.ethereum.org/EIPS/eip-1271
contract ValidateSignature {
    bytes32 private constant MAGIC = 0x6492649264926492649264926492649264926492649264926492649264926492;
    bytes4 private constant VALID = 0x1626ba7e;

    constructor(address account, bytes32 hash, bytes memory signature) {
        bool valid = validate(account, hash, signature);
        assembly {
            mstore8(0, valid)
            return(0, 1)
        }
    }

    function validate(address account, bytes32 hash, bytes memory signature) private returns (bool) {
        if (endsInMagic(signature)) {
            (address factory, bytes memory make, bytes memory inner) = unwrap(signature);
            (bool made,) = account.code.length == 0 ? factory.call(make) : (true, bytes(""));
            return made && agrees(account, hash, inner);
        }
        return agrees(account, hash, signature);
    }

    /// Exactly the magic value, in one word: more is no answer to this question.
    function agrees(address account, bytes32 hash, bytes memory signature) private view returns (bool) {
        if (account.code.length == 0) {
            return false;
        }
        (bool answered, bytes memory answer) =
            account.staticcall(abi.encodeWithSelector(VALID, hash, signature));
        return answered && answer.length == 32 && bytes32(answer) == bytes32(VALID);
    }

    function endsInMagic(bytes memory signature) private pure returns (bool) {
        bytes32 last;
        if (signature.length >= 32) {
            assembly {
                last := mload(add(signature, mload(signature)))
            }
        }
        return last == MAGIC;
    }

    /// The magic bytes stand behind the arguments, which know their own lengths.
    function unwrap(bytes memory signature) private pure returns (address, bytes memory, bytes memory) {
        return abi.decode(signature, (address, bytes, bytes));
    }
}
