import { inspect } from "node:util";
import { Secret } from "../../../src/model/secret.ts";
import type { TargetWorld } from "../../../src/rotate/targets/descriptor.ts";
import { SystemFiles } from "../../../src/runtime/host-files.ts";
import { findProgram, runProgram } from "../../../src/runtime/program.ts";
import { thisSystem } from "../../../src/runtime/system.ts";
import type { Waiting } from "../../../src/runtime/waiting.ts";
import { fetchCarefully } from "../../../src/runtime/web.ts";

/** Time that passes as soon as it is waited for, from an hour of the year 2026 on, and randomness that is none. */
export function testWaiting(): Waiting {
  let now = Date.UTC(2026, 10, 21, 12);
  return {
    now: () => now,
    random: () => 0.5,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
      // Others get their turn: what is waited for may be theirs.
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}

/**
 * The world as adapters have it on this host: real files, programs and a network that reaches loopback; time passes at once. A reference to a
 * secret is resolved to `[env NAME]` and the like, unless `fields` says otherwise. AWS is not there unless `fields` brings it.
 */
export function testWorld(fields: Partial<TargetWorld> = {}): TargetWorld {
  const waiting = fields.waiting ?? testWaiting();
  const system = thisSystem();
  return {
    waiting,
    home: "/nowhere",
    configurationFolder: "/nowhere",
    resolve: async (reference) => new Secret(`[${Object.entries(reference).flat().join(" ")}]`),
    fetch: fetchCarefully,
    files: new SystemFiles(waiting),
    run: (command) => runProgram(command, system),
    findProgram: (name) => findProgram(name, system),
    aws: () => Promise.reject(new Error("there is no AWS in this test")),
    ...fields,
  };
}

/** What an adapter showed to others than its target: arguments and environments of programs, addresses. */
export interface Shown {
  readonly texts: readonly string[];
}

/** The world, with what is shown to others written down. */
export function watchedWorld(world: TargetWorld): { readonly world: TargetWorld; readonly shown: Shown } {
  const texts: string[] = [];
  return {
    shown: { texts },
    world: {
      ...world,
      fetch(url, init) {
        texts.push(url.href);
        return world.fetch(url, init);
      },
      run(command) {
        texts.push(inspect([command.argv, command.environment]));
        return world.run(command);
      },
    },
  };
}
