/** Whose secrets are meant. */
export type Scope =
  | { readonly repository: string; readonly environment?: string | undefined; readonly app: App }
  | { readonly organization: string; readonly app: App };

export type App = "actions" | "dependabot" | "codespaces" | "agents";

/** The path below the API's address that its secrets have. @see https://docs.github.com/rest/actions/secrets */
export function secretsPath(scope: Scope): string {
  if ("organization" in scope) return `orgs/${encodeURIComponent(scope.organization)}/${scope.app}/secrets`;
  const repository = scope.repository.split("/").map(encodeURIComponent).join("/");
  return scope.environment === undefined
    ? `repos/${repository}/${scope.app}/secrets`
    : `repos/${repository}/environments/${encodeURIComponent(scope.environment)}/secrets`;
}

const APPS: Readonly<Record<App, string>> = {
  actions: "Actions",
  dependabot: "Dependabot",
  codespaces: "Codespaces",
  agents: "agent",
};

/** For people. */
export function scopeText(scope: Scope): string {
  const whose = "organization" in scope ? scope.organization : scope.repository;
  const environment = "environment" in scope && scope.environment !== undefined ? scope.environment : null;
  return environment === null
    ? `GitHub ${APPS[scope.app]} secrets of ${whose}`
    : `GitHub ${APPS.actions} secrets of ${whose} (${environment})`;
}
