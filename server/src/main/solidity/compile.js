// Compiles one contract: node compile.js <file.sol> <contract>. Prints its creation code, 120 columns wide.
// Needs `npm install solc@0.8.37` in the folder that NODE_PATH names.
const fs = require('fs');
const solc = require('solc');

const [file, contract] = process.argv.slice(2);
const settings = {
  optimizer: { enabled: true, runs: 1 },
  evmVersion: 'paris',
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
};
const sources = { source: { content: fs.readFileSync(file, 'utf8') } };
const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings })));
(output.errors ?? []).forEach((error) => console.error(error.formattedMessage));
console.log(output.contracts.source[contract].evm.bytecode.object.match(/.{1,120}/g).join('\n'));
