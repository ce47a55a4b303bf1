import type { OutputOptions, Plugin, RolldownOptions } from "rolldown";

/** The worker threads: entries of their own, flat beside the chunks that start them. */
const WORKERS = {
  "scan-worker": "src/scan/sources/disk/worker.ts",
  "history-worker": "src/scan/sources/git/search/history-worker.ts",
  "recall-worker": "src/cli/dashboard/recall-worker.ts",
};

/** What users run: plain readable ESM with every dependency inside, in chunks, so that a command loads only its own. */
export const output: OutputOptions = {
  format: "esm",
  dir: "dist",
  entryFileNames: "[name].js",
  chunkFileNames: "[name].js",
  minify: false,
  // Each file that is loaded costs half a millisecond at start, so what several chunks share lies in one.
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      // What only audits need stays out of what every command loads.
      {
        name: "audit",
        test: /\/src\/(?:audit|report\/audit|runtime\/(?:waiting|places)\.|model\/aws-failure\.|cli\/audit\/)/,
        minShareCount: 2,
        priority: 1,
      },
      // What is checked, compared and written for machines is seldom wanted, and brings libraries with it.
      {
        name: "settings",
        test: /\/src\/(?:runtime\/secret-reference-schema\.|config\/)/,
        minShareCount: 2,
        priority: 1,
      },
      {
        name: "machine-reports",
        test: /\/src\/(?:report\/(?:junit|sarif|earlier-report)\.|cli\/report\/(?:baseline|remembered))/,
        minShareCount: 2,
        priority: 1,
      },
      // What brings nothing with it, and is wanted where those are not that it is told of with.
      { name: "rotation-text", test: /\/src\/report\/rotations\/summary-text\./, minShareCount: 2, priority: 2 },
      {
        name: "format-names",
        test: /\/src\/report\/(?:audit\/audit|rotations\/rotations)-formats\./,
        minShareCount: 2,
        priority: 2,
      },
      { name: "compare", test: /\/src\/ledger\/compare\./, minShareCount: 2, priority: 2 },
      // What only rotations need, and what tells people of them.
      {
        name: "rotation",
        test: /\/src\/(?:rotate\/|notify\/|report\/rotations\/|runtime\/(?:unique-id|holder|host-files|file-lock|program|plain-text|web|webhook-signature|keychain|secret-reference|cron-times)\.|model\/(?:duration|secret)\.|generated\/targets\.|cli\/rotate\/(?!run-))/,
        minShareCount: 2,
        priority: 1,
      },
      // What only schedules need.
      {
        name: "schedule",
        test: /\/src\/(?:schedule\/|runtime\/stall-watch\.|model\/scheduled-job\.|cli\/schedule\/)/,
        minShareCount: 2,
        priority: 1,
      },
      // What only the dashboard and the thread that reads for it need.
      { name: "dashboard", test: /\/src\/(?:dashboard|cli\/dashboard)\//, minShareCount: 2, priority: 1 },
      // What only pages need.
      {
        name: "html",
        test: /\/src\/(?:report\/html\/|generated\/html-page\.)|\/node_modules\/(?:d3-|internmap\/)/,
        minShareCount: 2,
        priority: 1,
      },
      // What only histories, and what only ledgers need.
      {
        name: "pack-kernel",
        test: /\/src\/(?:generated\/pack-|scan\/kernel\/(?:pack-kernel|assembly\/pack-layout)\.)/,
        minShareCount: 2,
        priority: 1,
      },
      { name: "migrations", test: /\/src\/generated\/migrations\./, minShareCount: 2, priority: 1 },
      { name: "shared", test: /\/src\/(?:(?:model|runtime|report|cli)\/|generated\/version\.)/, minShareCount: 2 },
      // With the little of histories that a walk of folders needs, too: each file more takes half a millisecond to load.
      {
        name: "search",
        test: /\/src\/(?:generated|scan(?!\/sources\/(?:git(?!\/(?:git-config|regular-file|objects\/object-error)\.)|change)\/))\//,
        minShareCount: 2,
      },
    ],
  },
};

/**
 * Takes what is imported of a module of Node from the module itself: to make ESM of it Node would read each of its exports, and those
 * of `node:fs` load streams when they are read, which takes three milliseconds.
 */
const builtinsAsTheyAre: Plugin = {
  name: "builtins-as-they-are",
  renderChunk: (code) =>
    code.replace(/^import \{([^}]*)\} from ("node:[^"]+");$/gm, (_, names: string, module) => {
      return `const {${names.replaceAll(" as ", ": ")}} = process.getBuiltinModule(${module});`;
    }),
};

/** V8 takes a file of ASCII alone as it lies there; one letter beyond makes it two bytes a letter, and slower to read. */
const asciiAlone: Plugin = {
  name: "ascii-alone",
  renderChunk: (code) =>
    code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
};

/** What ink loads for its developers alone: it is not needed, and a chunk that holds it runs it. */
const withoutDevelopersTools: Plugin = {
  name: "without-developers-tools",
  load: (id) => (/[\\/]ink[\\/]build[\\/]devtools\.js$/.test(id) ? "export {};" : null),
};

const options: RolldownOptions = {
  input: {
    main: "src/cli/main.ts",
    ...WORKERS,
  },
  platform: "node",
  // A native module: one file for each system, which npm chooses.
  external: ["@napi-rs/keyring"],
  preserveEntrySignatures: "allow-extension",
  // React as it is in production: quicker, and a third of the size; and whatever DEV means to whoever runs us, it is not meant for ink.
  transform: {
    define: { "process.env.NODE_ENV": JSON.stringify("production"), "process.env.DEV": JSON.stringify("") },
  },
  plugins: [builtinsAsTheyAre, asciiAlone, withoutDevelopersTools],
  output,
};

export default options;
