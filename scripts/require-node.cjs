"use strict";
// Loaded before every script (node --require). Plain syntax on purpose: an old Node must be able to read it.
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    "keysweep is developed on Node 24, which `npm ci` puts into node_modules/.bin, but this is Node " +
      process.versions.node +
      ": run `npm ci` again (with `npm ci --foreground-scripts` if an install script was blocked).\n",
  );
  process.exit(2);
}
