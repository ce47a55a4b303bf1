import type { UserDetails } from "../../model/iam-reader.ts";
import type { Inventory } from "../inventory.ts";
import type { Permissions, PolicyBook } from "./permissions.ts";

/*
 * The usual ways from a few permissions to all of them.
 * https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
 * https://pathfinding.cloud
 */

/** What a permission of a path is needed on. */
type On = "self" | "another-user" | "own-group" | "admin-group" | "own-policy" | "admin-role" | "anything";

interface Path {
  /** All of them are needed. */
  readonly needs: readonly { readonly action: string; readonly on: On }[];
}

function path(...needs: readonly (readonly [action: string, on: On])[]): Path {
  return { needs: needs.map(([action, on]) => ({ action, on })) };
}

/** With a role handed to a service that then runs what one likes. */
function passing(...actions: readonly string[]): Path {
  return path(["iam:PassRole", "admin-role"], ...actions.map((action) => [action, "anything"] as const));
}

const PATHS: readonly Path[] = [
  path(["iam:CreatePolicyVersion", "own-policy"]),
  path(["iam:SetDefaultPolicyVersion", "own-policy"]),
  path(["iam:AttachUserPolicy", "self"]),
  path(["iam:PutUserPolicy", "self"]),
  path(["iam:AttachGroupPolicy", "own-group"]),
  path(["iam:PutGroupPolicy", "own-group"]),
  path(["iam:AddUserToGroup", "admin-group"]),
  path(["iam:CreateAccessKey", "another-user"]),
  path(["iam:CreateLoginProfile", "another-user"]),
  path(["iam:UpdateLoginProfile", "another-user"]),
  path(["iam:AttachRolePolicy", "admin-role"], ["sts:AssumeRole", "admin-role"]),
  path(["iam:PutRolePolicy", "admin-role"], ["sts:AssumeRole", "admin-role"]),
  path(["iam:UpdateAssumeRolePolicy", "admin-role"], ["sts:AssumeRole", "admin-role"]),
  passing("ec2:RunInstances"),
  passing("lambda:CreateFunction", "lambda:InvokeFunction"),
  passing("lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
  passing("lambda:CreateFunction", "lambda:AddPermission"),
  path(["lambda:UpdateFunctionCode", "anything"]),
  passing("cloudformation:CreateStack"),
  passing("codebuild:CreateProject", "codebuild:StartBuild"),
  passing("datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"),
  passing("ecs:RegisterTaskDefinition", "ecs:RunTask"),
  passing("glue:CreateDevEndpoint"),
  passing("glue:CreateJob", "glue:StartJobRun"),
  passing("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
  passing("sagemaker:CreateTrainingJob"),
  passing("states:CreateStateMachine", "states:StartExecution"),
];

/**
 * How a user could come by all permissions: the actions that it takes, or null when none of the usual ways is open.
 * `administrator` for one who has them already.
 */
export function escalationOf(
  user: UserDetails,
  permissions: Permissions,
  targets: Targets,
): readonly string[] | "administrator" | null {
  if (permissions.administrator) return "administrator";
  const open = PATHS.find(({ needs }) =>
    needs.every(({ action, on }) => targets.of(user, on).some((resource) => permissions.allows(action, resource))),
  );
  return open?.needs.map(({ action }) => action) ?? null;
}

/** What in an account is worth having. */
export class Targets {
  readonly #accountId: string;
  readonly #book: PolicyBook;
  readonly #others: readonly string[];
  readonly #adminGroups: readonly string[];
  readonly #adminRoles: readonly string[];

  constructor({ accountId, users, groups, roles }: Inventory, book: PolicyBook) {
    this.#accountId = accountId;
    this.#book = book;
    this.#others = users.map(({ arn }) => arn);
    this.#adminGroups = groups.filter((group) => book.ofGroup(group).administrator).map(({ arn }) => arn);
    this.#adminRoles = roles.filter((role) => book.ofRole(role).administrator).map(({ arn }) => arn);
  }

  of(user: UserDetails, on: On): readonly string[] {
    const partition = user.arn.split(":")[1] ?? "aws";
    // One that is not there yet stands for all that may come: a pattern that matches it is not bound to names.
    const some = (kind: string): string => `arn:${partition}:iam::${this.#accountId}:${kind}/one-that-is-not-there`;
    switch (on) {
      case "self":
        return [user.arn];
      case "another-user":
        return [...this.#others.filter((arn) => arn !== user.arn), some("user")];
      case "own-group":
        return this.#book.groupArns(user);
      case "admin-group":
        return [...this.#adminGroups, some("group")];
      case "own-policy":
        return this.#book.ownPolicies(user);
      case "admin-role":
        return [...this.#adminRoles, some("role")];
      case "anything":
        return ["arn:of-no-service:at-all"];
    }
  }
}
