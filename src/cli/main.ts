#!/usr/bin/env node
// The first file that runs. It imports nothing and uses the plainest syntax, so that an old Node can read it and say
// one clear sentence instead of a syntax error from somewhere inside.
const major = Number(process.versions.node.split(".")[0]);
if (major >= 24) {
  void import("./start.ts").then((start) => start.main());
} else {
  process.stderr.write("keysweep needs Node 24 or newer, and this is Node " + process.versions.node + ".\n");
  process.exitCode = 2;
}
