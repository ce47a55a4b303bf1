import { suggestion } from "../../config/suggestion.ts";
import { accessKeyId } from "../../model/access-key-id.ts";
import { KeysweepError } from "../../model/error.ts";
import type { Fingerprint } from "../../model/finding.ts";
import { isRule, rules } from "../../scan/rules.ts";
import { appearanceOn } from "../appearance.ts";
import type { ExplainFlags } from "../commands/explain.ts";
import type { Context } from "../context.ts";
import { parseFingerprint } from "../fingerprint-argument.ts";
import { findingExplanation, keyExplanation, ruleExplanation } from "./explanation.ts";
import { refuseNoAccessKey } from "./no-access-key.ts";
import { wrappedExplanation } from "./wrapped-explanation.ts";

/** The command `explain`: a rule, a check of audits, an access key by its id, or a finding by its fingerprint, which is looked for. */
export async function runExplain(context: Context, flags: ExplainFlags, subject: string): Promise<void> {
  const text = await explanationOf(context, flags, subject);
  const { stdout } = context;
  stdout.write(stdout.isTTY === true ? wrappedExplanation(text, appearanceOn(context, flags).width) : text);
}

async function explanationOf(context: Context, flags: ExplainFlags, subject: string): Promise<string> {
  const use = flags.use ?? null;
  const id = accessKeyId(subject);
  if (id !== null) return keyExplanation(id, use);
  if (subject.startsWith("ks1:")) return lookedFor(context, flags, parseFingerprint(subject));
  refuseNoAccessKey(subject);
  if (isRule(subject)) return ruleExplanation(subject, use);
  const text = await aboutCheck(context, flags, subject);
  if (text === null) throw await nothingNamed(subject);
  return text;
}

async function nothingNamed(name: string): Promise<KeysweepError> {
  const { CHECKS } = await import("../../audit/checks/all.ts");
  const ruleNames = rules.map((rule) => rule.name);
  const meant = suggestion(name, [...ruleNames, ...CHECKS.map((check) => check.name)]);
  return new KeysweepError("usage", `there is no rule and no check ${JSON.stringify(name)}`, {
    hint:
      meant === null
        ? `The rules are ${ruleNames.join(", ")}. The checks are in docs/audit.md, and stand in each audit's report.`
        : `Did you mean ${meant}?`,
  });
}

/** Null: there is no such check. */
async function aboutCheck(context: Context, flags: ExplainFlags, name: string): Promise<string | null> {
  const { checkExplanation } = await import("./check-explanation.ts");
  const text = checkExplanation(context, flags, name);
  if (text !== null && flags.use !== undefined)
    throw new KeysweepError("usage", "--use goes with a rule or an access key id");
  return text;
}

async function lookedFor(context: Context, flags: ExplainFlags, fingerprint: Fingerprint): Promise<string> {
  if (flags.use !== undefined)
    throw new KeysweepError("usage", "--use goes with a rule or an access key id: a finding says its use itself");
  const paths = flags.in ?? ["."];
  const { findingBelow } = await import("../scan/finding-below.ts");
  const finding = await findingBelow(context, flags, fingerprint, paths);
  if (finding !== null) return findingExplanation(finding);
  throw new KeysweepError("usage", `there is no finding ${fingerprint} in ${paths.join(", ")}`, {
    hint: "Say where it was found (--in PATH), or name the rule or the access key id that the report shows.",
  });
}
