import { REMOVALS, type Removal } from "./guards.ts";
import { drawScenario, type Scenario } from "./scenario.ts";
import { simulate, type Verdict } from "./simulate.ts";

/** A run that broke a law. */
export interface Broken {
  readonly seed: number;
  readonly violations: readonly string[];
}

export async function simulateSeed(seed: number, removal?: Removal): Promise<Verdict> {
  return simulate(drawScenario(seed), removal);
}

/** The first seed at which the simulation notices that a guard is gone; null: none up to `seeds`. */
export async function noticedAt(removal: Removal, from: number, seeds: number): Promise<Broken | null> {
  for (let seed = from; seed < from + seeds; seed += 1) {
    const { violations } = await simulateSeed(seed, removal);
    if (violations.length > 0) return { seed, violations };
  }
  return null;
}

export function removalNamed(name: string): Removal {
  const removal = REMOVALS.find((each) => each.name === name);
  if (removal === undefined) throw new Error(`There is no guard ${name}`);
  return removal;
}

/** Ways to have less happen, each of which may or may not keep a law broken. */
const SIMPLER: readonly ((scenario: Scenario) => Scenario)[] = [
  (scenario) => ({ ...scenario, people: [] }),
  (scenario) => ({ ...scenario, people: scenario.people.slice(0, 1) }),
  (scenario) => ({ ...scenario, second: "none" }),
  (scenario) => ({ ...scenario, faultOneIn: 0 }),
  (scenario) => ({ ...scenario, crashes: [] }),
  (scenario) => ({ ...scenario, staleMs: 0 }),
  (scenario) => ({ ...scenario, clockSkewMs: 0 }),
  (scenario) => ({ ...scenario, isTended: false }),
  (scenario) => ({ ...scenario, lastTargetFromRun: 0 }),
  (scenario) => ({ ...scenario, actor: "administrator" }),
  (scenario) => ({ ...scenario, targets: scenario.targets.slice(0, 1) }),
  (scenario) => ({ ...scenario, targets: scenario.targets.slice(-1) }),
  (scenario) => ({
    ...scenario,
    targets: scenario.targets.map((target) => ({ ...target, flapsAfterMs: null, brokenForMs: 0 })),
  }),
];

/** A failing scenario with all left out that is not needed to make it fail. */
export async function shrink(scenario: Scenario, removal?: Removal): Promise<Scenario> {
  let smallest = scenario;
  for (const simpler of SIMPLER) {
    const candidate = simpler(smallest);
    if ((await simulate(candidate, removal)).violations.length > 0) smallest = candidate;
  }
  return smallest;
}
