import { stringify } from "yaml";
import { type Artefact, MARK } from "./installation.ts";

export interface GithubActionsOptions {
  readonly path: string;
  /** `OWNER/REPOSITORY@COMMIT`: where the action is kept. */
  readonly action: string;
  /** Five fields, in UTC: GitHub has no other clock. Null: none. */
  readonly scan: string | null;
  readonly audit: { readonly cron: string; readonly organization: boolean } | null;
}

/** A workflow that scans its repository and audits; it never rotates, since the journal of a rotation must outlive the runner. */
export function githubWorkflow({ path, action, scan, audit }: GithubActionsOptions): Artefact {
  const crons = [...new Set([scan, audit?.cron ?? null].filter((cron) => cron !== null))];
  const workflow = {
    name: "keysweep",
    on: { schedule: crons.map((cron) => ({ cron })), workflow_dispatch: {} },
    permissions: {},
    concurrency: { group: "keysweep", "cancel-in-progress": false },
    jobs: {
      ...(scan === null ? {} : { scan: scanJob(action, scan) }),
      ...(audit === null ? {} : { audit: auditJob(action, audit.cron, audit.organization) }),
    },
  };
  return { path, text: `# ${MARK}\n${stringify(workflow, { lineWidth: 0 })}` };
}

/** The times are in UTC and are no time of day for sure: GitHub begins such runs late, and leaves some out. */
function when(cron: string): string {
  return `github.event_name == 'workflow_dispatch' || github.event.schedule == '${cron.replaceAll("'", "''")}'`;
}

function scanJob(action: string, cron: string): object {
  return {
    if: when(cron),
    "runs-on": "ubuntu-latest",
    permissions: { contents: "read" },
    steps: [
      { uses: "actions/checkout@v5", with: { "fetch-depth": 0, "persist-credentials": false } },
      { uses: action, with: { "fail-on": "medium" } },
    ],
  };
}

function auditJob(action: string, cron: string, organization: boolean): object {
  const [repository, ref] = action.split("@");
  const command = `node_modules/.bin/node dist/main.js audit${organization ? " --organization" : ""} --ledger none`;
  return {
    if: when(cron),
    "runs-on": "ubuntu-latest",
    permissions: { "id-token": "write", contents: "read" },
    steps: [
      { uses: "actions/checkout@v5", with: { repository, ref, "persist-credentials": false } },
      { name: "Build keysweep", run: "npm ci --no-audit --no-fund && npm run --silent build" },
      {
        uses: "aws-actions/configure-aws-credentials@v5",
        with: { "role-to-assume": "${{ vars.KEYSWEEP_AUDIT_ROLE }}", "aws-region": "us-east-1" },
      },
      { name: "Audit", run: `${command} --format markdown >> "$GITHUB_STEP_SUMMARY"` },
    ],
  };
}
