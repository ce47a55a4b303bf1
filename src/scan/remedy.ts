import { REMEDIES, type RemedyText, UNIDENTIFIED } from "../generated/remedies.ts";
import type { AccessKeyId, AccountId } from "../model/access-key-id.ts";
import type { Remedy, UseCase } from "../model/finding.ts";
import { useCaseOf } from "./use-case.ts";

/**
 * What is known of the credential that is to go. Paths are left out on purpose: a step is text that people paste into a
 * shell, and a file's name is in the hands of whoever made the file.
 */
export interface RemedyContext {
  readonly accountId: AccountId | null;
  readonly accessKeyId: AccessKeyId | null;
  /** Whether its id begins with ASIA. */
  readonly temporary: boolean;
  readonly rule: string;
}

/** The way off a static key for one use, with what is known of the key filled in; what is not stands as ACCOUNT_ID, ACCESS_KEY_ID. */
export function remedyFor(useCase: UseCase, context: RemedyContext): Remedy {
  const { title, steps } = remedyText(useCase, context);
  const searchId = context.rule === "aws-secret-access-key" && steps.some((step) => step.includes("{accessKeyId}"));
  return {
    title,
    steps: [...(searchId ? [UNIDENTIFIED] : []), ...steps].map((step) =>
      step
        .replaceAll("{accountId}", context.accountId ?? "ACCOUNT_ID")
        .replaceAll("{accessKeyId}", context.accessKeyId ?? "ACCESS_KEY_ID"),
    ),
  };
}

/** Where to read more about the way off a static key, for one use. */
export function remedyReferences(useCase: UseCase): readonly string[] {
  return textOf(useCase).references;
}

/** What the credential itself is says more than an unknown place: temporary credentials, Git logins and their like have one remedy. */
function remedyText(useCase: UseCase, { rule, temporary }: RemedyContext): RemedyText {
  const placeless = useCase === "unknown" || temporary;
  return textOf(placeless ? useCaseOf({ path: null, kind: "stdin", surroundings: "", rule, temporary }) : useCase);
}

function textOf(useCase: UseCase): RemedyText {
  return new Map<string, RemedyText>(Object.entries(REMEDIES)).get(useCase) ?? REMEDIES.unknown;
}
