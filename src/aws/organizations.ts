import {
  type Account,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { accountId } from "../model/access-key-id.ts";
import { AwsFailure } from "../model/aws-failure.ts";
import type { AccountState, Organization, OrganizationAccount, OrganizationReader } from "../model/organization.ts";
import type { Pace } from "./pace.ts";
import { persist } from "./persist.ts";
import type { AwsSession } from "./session.ts";

/** Reads an organisation, as its management account or a delegated administrator. */
export class Organizations implements OrganizationReader {
  readonly #session: AwsSession;
  readonly #pace: Pace;
  #client: OrganizationsClient;

  constructor(session: AwsSession) {
    this.#session = session;
    this.#pace = session.pace();
    this.#client = new OrganizationsClient(session.clientSettings());
  }

  async describe(): Promise<Organization | null> {
    try {
      const { Organization: found } = await this.#ask("DescribeOrganization", (client) =>
        client.send(new DescribeOrganizationCommand({})),
      );
      const management = accountId(found?.MasterAccountId ?? "");
      return found?.Id === undefined || management === null ? null : { id: found.Id, managementAccountId: management };
    } catch (error) {
      if (error instanceof AwsFailure && error.code === "AWSOrganizationsNotInUseException") return null;
      throw error;
    }
  }

  async *accounts(below: string | null): AsyncGenerator<OrganizationAccount> {
    if (below === null) {
      yield* this.#pages("ListAccounts", async (client, NextToken) => {
        const page = await client.send(new ListAccountsCommand({ NextToken }));
        return { items: page.Accounts, next: page.NextToken };
      });
      return;
    }
    yield* this.#pages("ListAccountsForParent", async (client, NextToken) => {
      const page = await client.send(new ListAccountsForParentCommand({ ParentId: below, NextToken }));
      return { items: page.Accounts, next: page.NextToken };
    });
    for (const unit of await this.#unitsIn(below)) yield* this.accounts(unit);
  }

  async #unitsIn(parent: string): Promise<string[]> {
    const units: string[] = [];
    let next: string | undefined;
    do {
      const from = next;
      const page = await this.#ask("ListOrganizationalUnitsForParent", (client) =>
        client.send(new ListOrganizationalUnitsForParentCommand({ ParentId: parent, NextToken: from })),
      );
      units.push(...(page.OrganizationalUnits ?? []).flatMap(({ Id }) => Id ?? []));
      next = page.NextToken;
    } while (next !== undefined);
    return units;
  }

  /** A page may be empty and still not be the last. */
  async *#pages(
    action: string,
    send: (
      client: OrganizationsClient,
      next: string | undefined,
    ) => Promise<{ items: readonly Account[] | undefined; next: string | undefined }>,
  ): AsyncGenerator<OrganizationAccount> {
    let next: string | undefined;
    do {
      const from = next;
      const page = await this.#ask(action, (client) => send(client, from));
      for (const account of page.items ?? []) {
        const found = organizationAccount(account);
        if (found !== null) yield found;
      }
      next = page.next;
    } while (next !== undefined);
  }

  #ask<T>(action: string, send: (client: OrganizationsClient) => Promise<T>): Promise<T> {
    const call = {
      name: `organizations:${action}`,
      attempt: () => send(this.#client),
      renew: () => {
        this.#client = new OrganizationsClient(this.#session.clientSettings());
      },
    };
    const { waiting, signal } = this.#session.settings;
    return persist(call, this.#pace, waiting, signal);
  }
}

/** `State` took the place of `Status`, which some endpoints still give. */
function organizationAccount({ Id = "", Name = "", State, Status }: Account): OrganizationAccount | null {
  const id = accountId(Id);
  return id === null ? null : { id, name: Name, state: (State ?? Status ?? "ACTIVE") as AccountState };
}
