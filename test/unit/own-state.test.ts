import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { withoutOwnState } from "../../src/cli/own-state.ts";
import type { System } from "../../src/runtime/system.ts";
import { lookedAt } from "../../src/scan/looked-at.ts";
import { scan } from "../../src/scan/scan.ts";
import { keyFile, recordingSink, search, temporaryTree } from "../support/disk/searching.ts";
import { GitFixture } from "../support/git/git.ts";

function systemOf(home: string, platform: NodeJS.Platform = "linux"): System {
  return { platform, environment: {}, home };
}

const STATE = ".local/state/keysweep";

test("what keysweep remembers is left out, and is counted under its own path", async () => {
  const home = temporaryTree({
    [`${STATE}/history/00.json`]: keyFile(),
    [`${STATE}/history/.keysweep-0.tmp`]: keyFile(),
    [`${STATE}/ledger.db`]: keyFile(),
    [`${STATE}/ledger.db-wal`]: keyFile(),
  });
  const folder = join(home, STATE);
  const excluded = (count: number) => [{ by: "keysweep", pattern: folder, count }];
  for (const [root, count] of [
    [home, 1],
    [folder, 3],
    [join(folder, "history"), 2],
  ] as const) {
    const exclude = withoutOwnState(systemOf(home), null, [root]);
    expect(await search([root], { exclude })).toMatchObject({ found: [], excluded: excluded(count) });
  }
  expect(withoutOwnState(systemOf(home), null, ["/usr"])).toEqual([]);
});

test("nothing else is left out because of its name", async () => {
  const home = temporaryTree({
    [`${STATE}/history/00.json`]: keyFile(),
    [`work/${STATE}/history/00.json`]: keyFile(),
    [`other-home/${STATE}/ledger.db`]: keyFile(),
    ".local/state/keysweeper/ledger.db": keyFile(),
    "keysweep/ledger.db": keyFile(),
  });
  const { found } = await search([home], { exclude: withoutOwnState(systemOf(home), null, [home]) });
  expect(found).toEqual(
    [
      `work/${STATE}/history/00.json`,
      `other-home/${STATE}/ledger.db`,
      ".local/state/keysweeper/ledger.db",
      "keysweep/ledger.db",
    ]
      .map((name) => join(home, name))
      .toSorted(),
  );
});

test("the state folder is known behind a link", async () => {
  const home = temporaryTree({ "data/keysweep/history/00.json": keyFile() });
  mkdirSync(join(home, ".local"));
  symlinkSync(join(home, "data"), join(home, ".local/state"));
  const { found, excluded } = await search([home], { exclude: withoutOwnState(systemOf(home), null, [home]) });
  expect(found).toEqual([]);
  expect(excluded).toEqual([{ by: "keysweep", pattern: join(home, "data/keysweep"), count: 1 }]);
});

test("a ledger that was named is left out by its very name, and no folder is", async () => {
  const root = temporaryTree({ "a{b,c}*.db": keyFile(), "a{b,c}*.db-wal": keyFile(), "abx.db": keyFile() });
  const path = join(root, "a{b,c}*.db");
  const named = { path, isNamed: true };
  mkdirSync(`${path}-shm`);
  writeFileSync(join(`${path}-shm`, "keys"), keyFile());
  const { found, excluded } = await search([root], { exclude: withoutOwnState(systemOf("/nowhere"), named, [root]) });
  expect(found).toEqual([join(`${path}-shm`, "keys"), join(root, "abx.db")].toSorted());
  expect(excluded).toEqual([{ by: "keysweep", pattern: `${path}{,-wal,-shm,-journal,-backup}`, count: 2 }]);
  expect(withoutOwnState(systemOf("/nowhere"), { path: join(root, "none.db"), isNamed: true }, [root])).toEqual([]);
});

test("the ledger in the state folder is told once", () => {
  const home = temporaryTree({ [`${STATE}/ledger.db`]: "" });
  const ledger = { path: join(home, STATE, "ledger.db"), isNamed: false };
  expect(withoutOwnState(systemOf(home), ledger, [home])).toHaveLength(1);
});

test("the operator's configuration is scanned where it lies beside", async () => {
  const folder = "Library/Application Support/keysweep";
  const home = temporaryTree({
    [`${folder}/config.yaml`]: keyFile(),
    [`${folder}/history/00.json`]: keyFile(),
    [`${folder}/ledger.db`]: keyFile(),
    [`${folder}/ledger.db-wal`]: keyFile(),
  });
  const ledger = { path: join(home, folder, "ledger.db"), isNamed: false };
  const { found, excluded } = await search([home], {
    exclude: withoutOwnState(systemOf(home, "darwin"), ledger, [home]),
  });
  expect(found).toEqual([join(home, folder, "config.yaml")]);
  expect(excluded).toEqual([
    { by: "keysweep", pattern: join(home, folder, "{history,ledger.db{,-wal,-shm,-journal,-backup}}"), count: 3 },
  ]);
});

test("what was left out was not looked at", () => {
  const home = temporaryTree({ [`${STATE}/ledger.db`]: "" });
  const exclude = withoutOwnState(systemOf(home), null, [home]);
  const looked = lookedAt({ roots: [home], exclude, skipped: [] });
  const at = (path: string) => looked({ kind: "file", path, within: [], line: 1, column: 1 });
  expect([at(join(home, STATE, "ledger.db")), at(join(home, dirname(STATE), "other"))]).toEqual([false, true]);
});

test("what a history holds of the folder is found: somebody committed it", async () => {
  using git = new GitFixture();
  git.commit("everything", { [`${STATE}/ledger.db`]: keyFile() });
  const exclude = withoutOwnState(systemOf(git.work), null, [git.work]);
  const sink = recordingSink();
  const { excluded } = await scan(
    {
      roots: [git.work],
      catalogue: false,
      environment: "none",
      stdin: null,
      exclude,
      history: { cacheFolder: null },
      ownReports: [],
      change: null,
    },
    { ...sink, onProgress: () => {} },
    new AbortController().signal,
  );
  expect(sink.places).toMatchObject([{ kind: "git", path: `${STATE}/ledger.db` }]);
  expect(excluded).toEqual([{ by: "keysweep", pattern: join(git.work, STATE), count: 1 }]);
});
