import { join } from "node:path";
import { expect, it } from "vitest";
import { AuditMemory } from "../../src/cli/audit/audit-memory.ts";
import { account, heading, NOTHING, record } from "../support/ledger/audits.ts";
import { temporaryFolder, temporaryLedger } from "../support/ledger/folder.ts";
import { begun, rotationId } from "../support/ledger/rotations.ts";
import { hour } from "../support/ledger/scans.ts";

interface Audit {
  readonly at: string;
  /** Null: of the account alone. */
  readonly organization: string | null;
  readonly digit: number;
  readonly high: number;
}

/** Audits one account, and gives how many high findings each of the audits told of that came before it. */
async function audited(path: string, { at, organization, digit, high }: Audit): Promise<number[]> {
  using memory = new AuditMemory({ path, isNamed: false });
  const begun = heading(at, organization);
  await memory.begin(begun, null);
  const { account: row } = record(account(digit));
  memory.account({ account: row, users: [], findings: [] }, at);
  const report = {
    organization: begun.organization,
    coverage: { complete: true, accounts: [row] },
    finishedAt: at,
    summary: { ...NOTHING, high },
  };
  const earlier = await memory.earlier(report);
  memory.finish(report);
  expect(memory.problem).toBeNull();
  return earlier.map(({ summary }) => summary.high);
}

it("tells of earlier audits of the same organisation, or of the same account alone", async () => {
  const path = join(temporaryFolder(), "ledger.db");
  const audit = (at: number, organization: string | null, digit: number): Promise<number[]> =>
    audited(path, { at: hour(at), organization, digit, high: at });
  expect(await audit(1, "o-one", 1)).toEqual([]);
  expect(await audit(2, null, 1)).toEqual([]);
  expect(await audit(3, null, 2)).toEqual([]);
  expect(await audit(4, "o-two", 1)).toEqual([]);
  expect(await audit(5, "o-one", 2)).toEqual([1]);
  expect(await audit(6, null, 1)).toEqual([2]);
  expect(await audit(7, "o-one", 1)).toEqual([5, 1]);
});

it("tells of each user's latest rotation", async () => {
  const path = join(temporaryFolder(), "ledger.db");
  temporaryLedger({}, path).rotations.append(rotationId(1), 0, begun(), { fence: 1, who: "ada" });
  using memory = new AuditMemory({ path, isNamed: false });
  expect(await memory.rotations()).toMatchObject([{ id: rotationId(1), state: "planned", userName: "deploy" }]);
});

it("tells of nothing where no ledger is wanted", async () => {
  using memory = new AuditMemory(null);
  expect(await memory.rotations()).toEqual([]);
  expect(await memory.earlier({ organization: null, coverage: { complete: true, accounts: [] } })).toEqual([]);
});
