import { type UseCaseName, type UseCaseRule, useCaseRules } from "../generated/use-cases.ts";
import type { UseCase } from "../model/finding.ts";
import type { DocumentKind } from "./detect/detection.ts";

/** What is known of a credential's place. */
export interface UseCaseContext {
  /** The file's path, with `!member` for archives; for a process or an environment the variable's name; or null. */
  readonly path: string | null;
  readonly kind: DocumentKind;
  /** Text around the credential, of which {@link MOST_TEXT} characters count. */
  readonly surroundings: string;
  /** The rule that found it. */
  readonly rule: string;
  /** Whether its id begins with ASIA. */
  readonly temporary: boolean;
}

/** Bounds on what a hostile document makes us search, in characters. */
const MOST_TEXT = 8192;
const MOST_PATH = 1024;

let compiled: readonly UseCaseRule[] | undefined;

/** What a credential is used for, as far as its place tells: the first rule that holds (rules/use-cases.yaml), else `unknown`. */
export function useCaseOf(context: UseCaseContext): UseCase {
  const ordered = (compiled ??= useCaseRules());
  const path = context.path?.slice(-MOST_PATH).replace(/[\\!]/g, "/") ?? null;
  const text = context.surroundings.slice(0, MOST_TEXT);
  const rule = ordered.find(
    ({ rules, temporary, kinds, path: pathPattern, text: textPattern }) =>
      (rules === null || rules.includes(context.rule)) &&
      (temporary === null || temporary === context.temporary) &&
      (kinds === null || kinds.includes(context.kind)) &&
      (pathPattern === null || (path !== null && pathPattern.test(path))) &&
      (textPattern === null || textPattern.test(text)),
  );
  return useCase(rule?.useCase ?? "unknown");
}

/** A use case by its name. */
export function useCase(name: UseCaseName): UseCase {
  return name as string as UseCase;
}
