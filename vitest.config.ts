import { defineConfig } from "vitest/config";

// Generous limits: a test that hangs is stopped, but a loaded machine fails none. Projects of their own, so that
// the unit tests run without a build and without Python: only the end-to-end tests, which start the real binary, wait for a build,
// and only those of AWS for its emulator, too.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "source",
          include: ["test/{unit,property,contract,simulation}/**/*.test.ts"],
          setupFiles: ["test/support/seed.ts"],
          // It imports JSON as only bundlers take it.
          server: { deps: { inline: ["@actions/workflow-parser"] } },
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "aws",
          include: ["test/aws/**/*.test.ts"],
          setupFiles: ["test/support/seed.ts"],
          globalSetup: ["test/end-to-end/build.ts", "test/support/aws/setup.ts"],
          testTimeout: 120_000,
          // The emulator may have to be installed first.
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          setupFiles: ["test/support/seed.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "end-to-end",
          include: ["test/end-to-end/**/*.test.ts"],
          globalSetup: ["test/end-to-end/build.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
