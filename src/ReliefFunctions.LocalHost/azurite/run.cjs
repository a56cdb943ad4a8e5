// Starts Azurite and stops it when whoever started it goes away: standard input then ends, even after a kill -9.
const { join } = require('node:path');
const main = join(process.env.AZURITE_HOME, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js');
process.argv.splice(1, 1, main);
process.stdin.on('close', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(0), 5000).unref();
});
process.stdin.resume();
process.on('SIGTERM', () => setTimeout(() => process.exit(0), 1500).unref());
require(main);
