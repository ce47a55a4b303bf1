import { expect, test } from "vitest";
import { accountsOf } from "../../src/audit/accounts.ts";
import type { AccountId } from "../../src/model/access-key-id.ts";
import type { OrganizationReader } from "../../src/model/organization.ts";

const CALLER = "111122223333" as AccountId;
const NO_ORGANISATION = { describe: async () => null } as Partial<OrganizationReader> as OrganizationReader;
const ALL = { units: [], include: [], exclude: [] };

test("an account of no organisation is audited alone, but not in the place of what was named", async () => {
  const { accounts } = await accountsOf(NO_ORGANISATION, CALLER, { ...ALL, exclude: ["sandbox"] });
  expect(accounts.map(({ id }) => id)).toEqual([CALLER]);
  for (const named of [{ units: ["ou-ab12-cdefgh34"] }, { include: ["shop"] }]) {
    await expect(accountsOf(NO_ORGANISATION, CALLER, { ...ALL, ...named })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(/belongs to no organisation.*(?:ou-ab12-cdefgh34|shop)/),
    });
  }
});
