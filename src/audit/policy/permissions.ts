import type { GroupDetails, ManagedPolicy, RoleDetails, UserDetails } from "../../model/iam-reader.ts";
import { type Statement, statementsOf } from "./document.ts";
import { wildcardMatches } from "./wildcard.ts";

/**
 * What somebody may do by their own policies. Conditions are taken to be met by those who allow, and not to be met by those who deny:
 * what a key could do under some circumstances counts. Policies of resources and of the organisation are not looked at.
 */
export class Permissions {
  readonly #identity: readonly Statement[];
  /** Null: no boundary. */
  readonly #boundary: readonly Statement[] | null;
  readonly #userName: string | null;

  /** @param userName what `${aws:username}` stands for; null for a role. */
  constructor(identity: readonly Statement[], boundary: readonly Statement[] | null, userName: string | null) {
    this.#identity = identity;
    this.#boundary = boundary;
    this.#userName = userName;
  }

  allows(action: string, resource: string): boolean {
    const matching = (statements: readonly Statement[], allow: boolean): boolean =>
      statements.some(
        (statement) =>
          statement.allow === allow && (allow || !statement.conditional) && this.#concerns(statement, action, resource),
      );
    return (
      matching(this.#identity, true) &&
      (this.#boundary === null || matching(this.#boundary, true)) &&
      !matching(this.#identity, false) &&
      !matching(this.#boundary ?? [], false)
    );
  }

  /** Whether anything but these actions is allowed on anything. */
  allowsMoreThan(actions: readonly string[]): boolean {
    const known = new Set(actions.map((action) => action.toLowerCase()));
    return this.#identity.some(
      ({ allow, actions: allowed }) =>
        allow && (allowed === null || allowed.some((action) => !known.has(action.toLowerCase()))),
    );
  }

  /** Everything: actions that nobody thought of too. */
  get administrator(): boolean {
    return ["iam:CreateUser", "s3:GetObject", "of-no-service:AtAll"].every((action) => this.allows(action, ANYTHING));
  }

  #concerns(statement: Statement, action: string, resource: string): boolean {
    const { allow, actions, notActions, resources, notResources } = statement;
    const name = action.toLowerCase();
    const isAction = (pattern: string): boolean => wildcardMatches(pattern.toLowerCase(), name);
    // What a variable stands for that is not known here is taken to be what allows more.
    const unknown = allow === (resources !== null) ? "*" : OF_NO_NAME;
    const isResource = (pattern: string): boolean => wildcardMatches(this.#filled(pattern, unknown), resource);
    return (
      (actions === null ? !(notActions ?? ["*"]).some(isAction) : actions.some(isAction)) &&
      (resources === null ? !(notResources ?? ["*"]).some(isResource) : resources.some(isResource))
    );
  }

  /** With the variables of a policy filled in. */
  #filled(pattern: string, unknown: string): string {
    return pattern.replace(/\$\{([^}]*)\}/g, (_, variable: string) =>
      variable.toLowerCase() === "aws:username" && this.#userName !== null ? this.#userName : unknown,
    );
  }
}

/** Stands in no name. */
const OF_NO_NAME = "\0";

/** A resource that only patterns for everything match. */
const ANYTHING = "arn:of-no-service:at-all";

/** Finds the policies that belong together; each document is read once. */
export class PolicyBook {
  readonly #managed: ReadonlyMap<string, ManagedPolicy>;
  readonly #groups: ReadonlyMap<string, GroupDetails>;
  readonly #statements = new Map<string, Statement[]>();

  constructor(policies: readonly ManagedPolicy[], groups: readonly GroupDetails[]) {
    this.#managed = new Map(policies.map((policy) => [policy.arn, policy]));
    this.#groups = new Map(groups.map((group) => [group.name, group]));
  }

  ofUser({ userName, inline, attached, groups, boundary }: UserDetails): Permissions {
    const memberships = groups.flatMap((name) => this.#groups.get(name) ?? []);
    const statements = [
      ...inline.flatMap(({ document }) => this.#read(document)),
      ...this.#attached(attached),
      ...memberships.flatMap((group) => this.#ofGroup(group)),
    ];
    return new Permissions(statements, this.#boundary(boundary), userName);
  }

  ofRole({ inline, attached, boundary }: RoleDetails): Permissions {
    const statements = [...inline.flatMap(({ document }) => this.#read(document)), ...this.#attached(attached)];
    return new Permissions(statements, this.#boundary(boundary), null);
  }

  ofGroup(group: GroupDetails): Permissions {
    return new Permissions(this.#ofGroup(group), null, null);
  }

  /** The ARNs of a user's groups. */
  groupArns({ groups }: UserDetails): string[] {
    return groups.flatMap((name) => this.#groups.get(name)?.arn ?? []);
  }

  /** The customer-managed policies that a user has, by itself or through groups. */
  ownPolicies({ attached, groups }: UserDetails): string[] {
    const all = [...attached, ...groups.flatMap((name) => this.#groups.get(name)?.attached ?? [])];
    return all.filter((arn) => !/^arn:[\w-]+:iam::aws:/.test(arn));
  }

  #ofGroup({ inline, attached }: GroupDetails): Statement[] {
    return [...inline.flatMap(({ document }) => this.#read(document)), ...this.#attached(attached)];
  }

  #attached(arns: readonly string[]): Statement[] {
    return arns.flatMap((arn) => {
      const policy = this.#managed.get(arn);
      if (policy !== undefined) return this.#read(policy.document);
      return arn.endsWith(":policy/AdministratorAccess") ? [EVERYTHING] : [];
    });
  }

  /** A boundary that could not be read bounds nothing here: rather a finding too many. */
  #boundary(arn: string | null): Statement[] | null {
    const policy = arn === null ? undefined : this.#managed.get(arn);
    return policy === undefined ? null : this.#read(policy.document);
  }

  #read(document: string): Statement[] {
    const known = this.#statements.get(document);
    if (known !== undefined) return known;
    const statements = statementsOf(document);
    this.#statements.set(document, statements);
    return statements;
  }
}

const EVERYTHING: Statement = {
  allow: true,
  actions: ["*"],
  notActions: null,
  resources: ["*"],
  notResources: null,
  conditional: false,
};
