import { type Call, type Reply, refusal, result } from "./call.ts";

/** What there is to be told of policies. */
export interface Simulated {
  denies(action: string): boolean;
  /** Whether a policy has a condition on what is not said in the question. */
  lacks(action: string): boolean;
}

/**
 * What IAM's simulator of policies says; moto has none.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export function simulated(call: Call, { denies, lacks }: Simulated): Reply {
  const source = call.parameters.PolicySourceArn ?? "";
  // It knows no sessions.
  if (!/^arn:[\w-]+:iam::\d{12}:(?:user|role|group)\/./.test(source))
    return refusal(call, 400, "InvalidInput", `Invalid Entity Arn: ${source}`);
  const actions = listed(call, "ActionNames");
  const [resource = "*"] = listed(call, "ResourceArns");
  const members = actions.map((name) => {
    const action = name.split(":")[1] ?? "";
    const decision = denies(action) || lacks(action) ? "implicitDeny" : "allowed";
    const missing = lacks(action) ? "<member>aws:SourceVpc</member>" : "";
    return `<member><EvalActionName>${name}</EvalActionName><EvalResourceName>${resource}</EvalResourceName><EvalDecision>${decision}</EvalDecision><MatchedStatements/><MissingContextValues>${missing}</MissingContextValues></member>`;
  });
  return result(call, `<IsTruncated>false</IsTruncated><EvaluationResults>${members.join("")}</EvaluationResults>`);
}

function listed({ parameters }: Call, name: string): string[] {
  return Object.entries(parameters)
    .filter(([key]) => key.startsWith(`${name}.member.`))
    .map(([, value]) => value);
}
