import { rawStatements, texts } from "./document.ts";
import { wildcardMatches } from "./wildcard.ts";

/** Providers whose audience is the customer's own application: naming it is enough. */
const AUDIENCE_IS_OURS =
  /^(?:cognito-identity\.amazonaws\.com|accounts\.google\.com|www\.amazon\.com|graph\.facebook\.com)$/;

/**
 * The web identity provider whose tokens a role accepts whoever they were issued for; null when there is none.
 * @param trust the role's trust policy.
 */
export function openlyTrusted(trust: string): string | null {
  for (const statement of rawStatements(trust)) {
    if (statement.Effect !== "Allow" || !allowsWebIdentity(statement)) continue;
    const open = federated(statement).find((provider) => !isNarrowed(provider, statement.Condition));
    if (open !== undefined) return open;
  }
  return null;
}

function allowsWebIdentity({ Action, NotAction }: Readonly<Record<string, unknown>>): boolean {
  const isIt = (pattern: string): boolean => wildcardMatches(pattern.toLowerCase(), "sts:assumerolewithwebidentity");
  const [actions, notActions] = [texts(Action), texts(NotAction)];
  return actions === null ? notActions !== null && !notActions.some(isIt) : actions.some(isIt);
}

/** The host (and path) of each provider that is trusted. */
function federated({ Principal }: Readonly<Record<string, unknown>>): string[] {
  if (typeof Principal !== "object" || Principal === null) return [];
  const names = texts((Principal as { readonly Federated?: unknown }).Federated) ?? [];
  return names
    .filter((name) => !name.includes(":saml-provider/"))
    .map((name) =>
      name.slice(name.indexOf("oidc-provider/") < 0 ? 0 : name.indexOf("oidc-provider/") + "oidc-provider/".length),
    );
}

/** Whether a condition says whose tokens are meant. */
function isNarrowed(provider: string, condition: unknown): boolean {
  if (typeof condition !== "object" || condition === null) return false;
  return Object.entries(condition).some(([operator, tests]) => {
    // A negated test, or one that passes where the claim is absent, says nothing of who is meant.
    if (!/^(?:ForAnyValue:)?String(?:Equals|Like|EqualsIgnoreCase)$/.test(operator)) return false;
    return Object.entries((tests ?? {}) as Readonly<Record<string, unknown>>).some(([key, value]) => {
      const claim = key.toLowerCase();
      const wanted = texts(value) ?? [];
      if (wanted.length === 0) return false;
      if (claim.endsWith(":sub")) return wanted.every(namesSomebody);
      return /:(?:aud|app_id)$/.test(claim) && AUDIENCE_IS_OURS.test(provider) && !wanted.includes("*");
    });
  });
}

/** `repo:acme/*` does; `*`, `repo:*` and `repo:acme*` do not: others may take a name that begins like ours. */
function namesSomebody(subject: string): boolean {
  const [fixed = ""] = subject.split(/[*?]/);
  return subject === fixed || /[/:]/.test(fixed.replace(/^\w+:/, ""));
}
