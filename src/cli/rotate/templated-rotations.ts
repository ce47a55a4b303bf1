import type { ConfiguredRotation, RotationTemplate } from "../../config/rotations.ts";
import { KeysweepError } from "../../model/error.ts";
import type { IamUser } from "../../model/iam-user.ts";

/** The tag by which a user names the template that it is rotated as. It names one of the operator's and says nothing else. */
export const TEMPLATE_TAG = "keysweep:rotation";

/** The rotations of users who name a template, and what is odd about the others. */
export interface Templated {
  readonly rotations: readonly ConfiguredRotation[];
  /** Sentences for people. */
  readonly warnings: readonly string[];
}

/** @param configured rotations of their own: such a user needs no template. */
export function templatedRotations(
  templates: readonly RotationTemplate[],
  users: Iterable<IamUser>,
  configured: readonly ConfiguredRotation[],
): Templated {
  const own = new Set(configured.map(({ settings }) => `${settings.accountId}/${settings.userName}`));
  const rotations: ConfiguredRotation[] = [];
  const warnings: string[] = [];
  for (const user of users) {
    if (own.has(`${user.accountId}/${user.userName}`)) continue;
    try {
      const template = templateOf(user, templates);
      if (template !== null) rotations.push(template.rotationOf(user.accountId, user.userName));
    } catch (error) {
      if (!(error instanceof KeysweepError)) throw error;
      warnings.push(error.message);
    }
  }
  return { rotations, warnings };
}

/** Null: it names none. @throws KeysweepError `configuration` when it names one that is not for it, or several. */
function templateOf(user: IamUser, templates: readonly RotationTemplate[]): RotationTemplate | null {
  const tag = user.tags[TEMPLATE_TAG];
  const byPath = templates.filter((template) => template.pathPrefix !== null && isWithin(user, template));
  const byTag = templates.filter(({ name }) => name === tag);
  const unfit = byTag.find((template) => !isWithin(user, template));
  if (unfit !== undefined) throw refused(user, `names the template ${unfit.name}, whose accounts or path it is not in`);
  const named = [...new Set([...byPath, ...byTag])];
  if (named.length > 0 && !IAM_NAME.test(user.userName))
    throw refused(user, "has a name of which a secret was withheld");
  if (named.length > 1) throw refused(user, `names ${named.map(({ name }) => name).join(" and ")}`);
  if (named.length === 0 && tag !== undefined && tag !== "") throw refused(user, "names a template that is not there");
  return named[0] ?? null;
}

/** What an audit withholds of a name leaves signs that IAM's own never hold. */
const IAM_NAME = /^[\w+=,.@-]+$/;

function isWithin(user: IamUser, { accounts, pathPrefix }: RotationTemplate): boolean {
  return accounts.includes(user.accountId) && (pathPrefix === null || pathOf(user).startsWith(pathPrefix));
}

/** `/service/ci/` of `arn:aws:iam::123456789012:user/service/ci/build` */
function pathOf({ arn }: IamUser): string {
  const name = arn.slice(arn.indexOf(":user/") + ":user".length);
  return name.slice(0, name.lastIndexOf("/") + 1);
}

function refused({ accountId, userName }: IamUser, why: string): KeysweepError {
  return new KeysweepError("configuration", `the user ${userName} in ${accountId} is not rotated: it ${why}`);
}
