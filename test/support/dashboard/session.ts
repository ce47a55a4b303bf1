import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { openLedger } from "../../../src/ledger/sqlite/open-ledger.ts";
import type { Finding } from "../../../src/model/finding.ts";
import { type Ended, onTerminal, type Session, type SessionOptions } from "../../end-to-end/terminal.ts";
import type { World } from "../../end-to-end/world.ts";
import { HOME, hour, report } from "../ledger/scans.ts";
import { seed } from "./seed.ts";

/** The ledger of a world, as the dashboard is started with. */
export function ledgerOf({ home }: Pick<World, "home">): string {
  return join(home, "state", "ledger.db");
}

/** Lets the ledger remember so many findings, and users and rotations. */
export function remembering(world: World, findings: number): void {
  mkdirSync(dirname(ledgerOf(world)), { recursive: true, mode: 0o700 });
  const ledger = openLedger(ledgerOf(world), { uid: process.getuid?.() ?? null });
  seed(ledger, findings, 2);
  ledger.close();
}

/** Lets it remember that a scan of these paths of the world read so many bytes and found that. */
export function rememberingScan(
  world: World,
  paths: readonly string[],
  findings: readonly Finding[],
  bytes: number,
): void {
  mkdirSync(dirname(ledgerOf(world)), { recursive: true, mode: 0o700 });
  const ledger = openLedger(ledgerOf(world), { uid: process.getuid?.() ?? null });
  const roots = paths.map((path) => join(world.folder, path));
  const scope = { ...HOME, roots, catalogue: false, environment: false };
  ledger.scans.remember({ scope, report: report(hour(0), findings, { bytes }), lookedAt: () => true });
  ledger.close();
}

/** No figure of the overview is missing any more, and nothing goes on that would change one. */
export function isRead(text: string): boolean {
  return text.includes("How exposed") && !/ {3}…\s|reading what/.test(text) && text.includes("nothing runs");
}

export interface StartOptions extends SessionOptions {
  /** Flags and PATHs. */
  readonly words?: string;
}

/** The dashboard between two looks at the terminal's settings, its process by its number, and its status as a shell tells it. */
export function startDashboard(world: World, { words = "--no-refresh", ...options }: StartOptions = {}): Session {
  mkdirSync(dirname(ledgerOf(world)), { recursive: true, mode: 0o700 });
  const script = `stty -g; sh -c 'echo pid=$$; exec "$NODE" "$ENTRY" dashboard --ledger "$LEDGER" ${words}'; echo "status=$?"; stty -g; echo over`;
  const environment = { LEDGER: ledgerOf(world), LANG: "C.UTF-8", ...options.environment };
  return onTerminal(world, script, { ...options, environment });
}

export function pidOf({ raw }: Pick<Session, "raw">): number {
  return Number(/pid=(\d+)/.exec(raw)?.[1]);
}

/** What is switched on while it is shown, and switched off again. */
const MODES: readonly (readonly [on: string, off: string])[] = [
  ["\x1b[?1049h", "\x1b[?1049l"],
  ["\x1b[?25l", "\x1b[?25h"],
  ["\x1b[?2004h", "\x1b[?2004l"],
  ["\x1b[?7l", "\x1b[?7h"],
];

/** Each mode that was switched on is off, and the terminal's settings are those from before. */
export function expectLeftAsFound({ raw, screen }: Pick<Ended, "raw" | "screen">): void {
  const settings = raw.match(/[0-9a-f]+(?::[0-9a-f]+){20,}/g) ?? [];
  expect(settings.length).toBeGreaterThanOrEqual(2);
  expect(new Set(settings).size).toBe(1);
  expectModesOff(raw);
  expect(raw).toContain("\x1b[?1049h");
  expect(screen.join("\n")).not.toContain("How exposed are we");
}

export function expectModesOff(raw: string): void {
  for (const [on, off] of MODES) {
    // Neither was switched on, or it was switched off after that.
    expect({ off, at: raw.lastIndexOf(off) }).toMatchObject({
      off,
      at: expect.toSatisfy((at) => at >= raw.lastIndexOf(on)),
    });
  }
}
