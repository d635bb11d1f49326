// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;

/// Tokens as there are: one that keeps to ERC-20, one that returns nothing, and some that do not do what they say.
abstract contract Coin {
    mapping(address => uint256) public balanceOf;
    event Transfer(address indexed from, address indexed to, uint256 value);

    function mint(address to, uint256 value) external {
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function move(address to, uint256 value) internal {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
    }
}

contract PlainCoin is Coin {
    function transfer(address to, uint256 value) external returns (bool) {
        move(to, value);
        return true;
    }
}

contract SilentCoin is Coin {
    function transfer(address to, uint256 value) external {
        move(to, value);
    }
}

/// Returns false and moves nothing.
contract FalseCoin is Coin {
    function transfer(address, uint256) external pure returns (bool) {
        return false;
    }
}

/// Says that it went well, and moves nothing.
contract IdleCoin is Coin {
    function transfer(address, uint256) external pure returns (bool) {
        return true;
    }
}

/// Keeps a tenth of every payment.
contract TaxedCoin is Coin {
    function transfer(address to, uint256 value) external returns (bool) {
        move(to, value - value / 10);
        move(address(this), value / 10);
        return true;
    }
}

/// Takes payments until it is shut.
contract Shutter {
    bool shut;

    function close() external {
        shut = true;
    }

    receive() external payable {
        require(!shut, "shut");
    }
}
