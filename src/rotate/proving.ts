import type { AwsAnswer } from "../model/aws-answer.ts";
import type { AccessKeyPair, KeyProof } from "../model/key-service.ts";
import type { Waiting } from "../runtime/waiting.ts";
import { type Outcome, outcome } from "./outcome.ts";

/** A key is taken for accepted after so many answers in a row: the hosts of a region learn of it one by one. */
const PROOFS_IN_A_ROW = 5;
const PROOF_DISTANCE_MS = 1500;
const PROOF_PATIENCE_MS = 120_000;

/**
 * Asks with a new key until it is accepted, as whose it is to be.
 * @param ground a region; behind `smtp:` the one of SES's server.
 * @param userArn whose key it is.
 */
export async function proveKey(
  pair: AccessKeyPair,
  ground: string,
  userArn: string,
  { proof, waiting, signal }: { readonly proof: KeyProof; readonly waiting: Waiting; readonly signal: AbortSignal },
): Promise<Outcome> {
  const region = ground.replace(/^smtp:/, "");
  const until = waiting.now() + PROOF_PATIENCE_MS;
  let inARow = 0;
  let refusal = "";
  while (inARow < PROOFS_IN_A_ROW) {
    const answer =
      ground === region
        ? await proof.identity(pair, region, signal)
        : named(userArn, await proof.smtp(pair, region, signal));
    if (answer.kind === "done" && answer.value.arn !== userArn) {
      const detail = `AWS takes the new key for one of ${answer.value.arn}, not of ${userArn}`;
      return outcome([{ kind: "stuck", code: "wrong-identity", detail }], [], answer.at);
    }
    inARow = answer.kind === "done" ? inARow + 1 : 0;
    if (answer.kind === "done" && inARow === PROOFS_IN_A_ROW)
      return outcome([{ kind: "proved", region: ground }], [{ kind: "user-changed" }], answer.at);
    if (answer.kind !== "done") refusal = answer.kind === "refused" ? answer.refusal.detail : answer.detail;
    if (waiting.now() >= until) break;
    await waiting.sleep(PROOF_DISTANCE_MS, signal);
  }
  const detail = `the new key is not accepted in ${ground} yet: ${refusal}`;
  return outcome([{ kind: "prove-failed", region: ground, detail, final: false }], [{ kind: "user-changed" }]);
}

function named(arn: string, answer: AwsAnswer<void>): AwsAnswer<{ readonly arn: string }> {
  return answer.kind === "done" ? { ...answer, value: { arn } } : answer;
}
