import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateMaterial } from "../support/material.ts";
import { ENTRY, makeWorld, type World } from "./world.ts";

const HARNESS = join(import.meta.dirname, "..", "support", "schedule", "live-systemd.sh");

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

/** What the script prints, run where a systemd is that has the units of `units()`. */
function underSystemd(folder: string, lines: readonly string[]): string[] {
  const script = join(folder, "script.sh");
  writeFileSync(script, `${lines.join("\n")}\n`);
  const { stdout } = spawnSync("sh", [HARNESS, folder, script], {
    encoding: "utf8",
    env: { ...world.environment, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    timeout: 110_000,
  });
  return stdout.trimEnd().split("\n");
}

/** Root alone may make the namespaces. */
function canRun(): boolean {
  if (process.getuid?.() !== 0 || !existsSync("/lib/systemd/systemd") || !existsSync("/sys/fs/cgroup/systemd"))
    return false;
  world = makeWorld();
  try {
    return underSystemd(world.folder, ["systemctl --user is-system-running"])[0] === "running";
  } finally {
    world.remove();
  }
}

/** Until it is so, or far longer than that takes. */
const waitingFor = (command: string): string => `for try in $(seq 500); do ${command} && break; sleep 0.1; done`;

const KEYSWEEP = `'${process.execPath}' '${ENTRY}'`;
const show = (...properties: readonly string[]): string =>
  properties.map((property) => `systemctl --user show keysweep.service -p ${property}`).join("; ");

test.skipIf(!canRun())(
  "a real systemd starts, reloads, watches and stops the service, and its timer starts it (skipped unless root runs it, where there are systemd and its own control groups)",
  () => {
    const { id, secret } = generateMaterial(7272);
    world.file("a b/.env", `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`);
    const reports = join(world.folder, "www");
    mkdirSync(reports);
    const scan = {
      at: "* * * * * *",
      paths: [join(world.folder, "a b")],
      reports: { html: join(reports, "report.html") },
    };
    writeFileSync(world.operatorConfiguration, JSON.stringify({ schedule: { scan } }));
    const units = join(world.folder, "units");
    // As people, and those who mean ill, call folders.
    const ledger = join(world.folder, 'o\'brien 100% $HOME "\\n" %h;&', "ledger.db");
    mkdirSync(dirname(ledger), { mode: 0o700 });
    writeFileSync(join(world.folder, "ledger"), ledger);
    const install = `${KEYSWEEP} schedule install --with systemd --ledger "$(cat ledger)"`;
    const told = underSystemd(world.folder, [
      `cd '${world.folder}'`,
      `${install} --service >&2`,
      "mkdir /etc/systemd/system/keysweep.service.d",
      "printf '[Service]\\nWatchdogSec=12s\\nRestartSec=1s\\nStandardOutput=append:%s\\n' \"$PWD/log\" > /etc/systemd/system/keysweep.service.d/soon.conf",
      "systemctl --user daemon-reload",
      "systemctl --user start keysweep.service; echo started $?",
      "systemctl --user reload keysweep.service; echo reloaded $?",
      // systemctl waits for the signal, and not for what comes of it: RELOADING=1 may come long after, and READY=1 with it.
      waitingFor("grep -q service.reloaded log"),
      show("ActiveState", "NRestarts"),
      // It hangs. A machine that is busy takes seconds to tell that it does not.
      "before=$(systemctl --user show keysweep.service -p MainPID --value)",
      '[ "$before" -gt 1 ] && kill -STOP "$before"',
      waitingFor("systemctl --user show keysweep.service -p NRestarts | grep -q =1"),
      "systemctl --user start keysweep.service; echo again $?",
      show("ActiveState", "NRestarts"),
      "systemctl --user stop keysweep.service; echo stopped $?",
      show("ActiveState", "Result"),
      "rm -r /etc/systemd/system/keysweep.service.d",
      // Now by a timer.
      `${install} >&2`,
      "systemctl --user daemon-reload",
      "systemctl --user start keysweep.timer; echo timer $?",
      // Each run that finds the key ends with 1, which is no failure of the service; the timer's own runs leave some nothing that is due.
      "systemctl --user start keysweep.service; echo once $?",
      show("Result"),
      "systemctl --user is-active keysweep.timer",
      `${KEYSWEEP} schedule uninstall --with systemd 2>&1 | tee told | grep -c 'taken out'`,
      // What it says is to be done then can be done, in that order. A unit that systemd has let go of by then need not be stopped, and is not.
      "sh -c \"$(sed -n 's/^keysweep: now: //p' told | sed 's/systemctl/systemctl --user/g')\"; echo told $?",
      "systemctl --user is-active keysweep.timer",
    ]);
    expect(told).toEqual([
      "started 0",
      "reloaded 0",
      "ActiveState=active",
      "NRestarts=0",
      "again 0",
      "ActiveState=active",
      "NRestarts=1",
      "stopped 0",
      "ActiveState=inactive",
      "Result=success",
      "timer 0",
      "once 0",
      "Result=success",
      "active",
      "2",
      "told 0",
      "inactive",
    ]);
    expect(existsSync(join(world.home, ".local", "state", "keysweep", "ledger.db"))).toBe(false);
    expect(readdirSync(dirname(ledger))).toContain("ledger.db");
    expect([readdirSync(reports), readdirSync(units)]).toEqual([["report.html"], []]);
  },
  120_000,
);
