import { describe, expect, test } from "vitest";
import { readAll } from "../../scripts/generate/rules.ts";
import { anywhere } from "../../scripts/rules/glob.ts";
import { USE_CASES, type UseCaseName } from "../../src/generated/use-cases.ts";
import { type UseCaseContext, useCaseOf } from "../../src/scan/use-case.ts";

const { useCases, locations } = await readAll();

const ORDINARY: UseCaseContext = {
  path: null,
  kind: "file",
  surroundings: "",
  rule: "aws-access-key-pair",
  temporary: false,
};

/** An ordinary pair in a file without a name, and what is told of it otherwise. */
function seen(context: { readonly [Key in keyof UseCaseContext]?: UseCaseContext[Key] | undefined }): UseCaseContext {
  const { path, kind, surroundings, rule, temporary } = context;
  return {
    path: path ?? ORDINARY.path,
    kind: kind ?? ORDINARY.kind,
    surroundings: surroundings ?? ORDINARY.surroundings,
    rule: rule ?? ORDINARY.rule,
    temporary: temporary ?? ORDINARY.temporary,
  };
}

// What must hold however the rules are arranged: ordinary places, and those that two rules lay claim to.
const PLACES: readonly (readonly [path: string, useCase: UseCaseName])[] = [
  ["/home/ada/.aws/credentials", "person"],
  ["/home/ada/.aws/credentials.bak", "person"],
  ["/home/ada/.aws/config", "person"],
  ["C:\\Users\\Ada\\.aws\\credentials", "person"],
  ["/backup/home.tar.gz!home/ada/.aws/credentials", "person"],
  ["C:\\Windows\\System32\\config\\systemprofile\\.aws\\credentials", "ec2-or-server"],
  ["/home/ada/.aws/cli/cache/0123.json", "temporary"],
  ["/home/ada/Downloads/accessKeys.csv", "person"],
  ["/home/ada/Downloads/ada_accessKeys (1).csv", "person"],
  ["/home/ada/Downloads/rootkey.csv", "root-account"],
  ["/home/ada/.bash_history", "shell-history"],
  ["/home/ada/.local/share/fish/fish_history", "shell-history"],
  [
    "C:\\Users\\Ada\\AppData\\Roaming\\Microsoft\\Windows\\PowerShell\\PSReadLine\\ConsoleHost_history.txt",
    "shell-history",
  ],
  ["/home/ada/app/.github/workflows/deploy.yml", "ci-github"],
  ["/home/ada/app/.gitlab-ci.yml", "ci-gitlab"],
  ["/home/ada/app/.circleci/config.yml", "ci-circleci"],
  ["/home/ada/app/bitbucket-pipelines.yml", "ci-bitbucket"],
  ["/home/ada/app/.buildkite/pipeline.yml", "ci-buildkite"],
  ["/home/ada/app/azure-pipelines.yml", "ci-azure"],
  ["/home/ada/app/Jenkinsfile", "ci-jenkins"],
  ["/var/lib/jenkins/credentials.xml", "ci-jenkins"],
  ["/home/ada/app/.travis.yml", "ci-travis"],
  ["/home/ada/app/appveyor.yml", "ci-other"],
  ["/home/ada/infra/main.tf", "infrastructure-code"],
  ["/home/ada/infra/prod.auto.tfvars", "infrastructure-code"],
  ["/home/ada/infra/Pulumi.prod.yaml", "infrastructure-code"],
  ["/home/ada/infra/group_vars/all/vault", "infrastructure-code"],
  ["/home/ada/infra/terraform.tfstate", "state-file"],
  ["/home/ada/infra/terraform.tfstate.backup", "state-file"],
  ["/home/ada/infra/.terraform/terraform.tfstate", "state-file"],
  ["/home/ada/app/Dockerfile", "container"],
  ["/home/ada/app/docker-compose.prod.yml", "container"],
  ["/var/lib/docker/containers/0123/config.v2.json", "container"],
  ["/home/ada/app/serverless.yml", "lambda"],
  ["/home/ada/charts/app/values.prod.yaml", "kubernetes"],
  ["/etc/systemd/system/app.service.d/override.conf", "ec2-or-server"],
  ["/etc/cron.daily/backup", "ec2-or-server"],
  ["/var/spool/cron/crontabs/root", "ec2-or-server"],
  ["/etc/environment", "ec2-or-server"],
  ["/var/lib/cloud/instances/i-0123/user-data.txt", "ec2-or-server"],
  ["/Library/LaunchDaemons/org.example.sync.plist", "on-premises"],
  ["/etc/postfix/sasl_passwd", "ses-smtp"],
  ["/home/ada/.passwd-s3fs", "backup-tool"],
  ["/srv/media/passwd-s3fs.bak", "backup-tool"],
  ["/home/ada/.config/rclone/rclone.conf", "backup-tool"],
  ["/home/ada/.s3cfg", "backup-tool"],
  ["/etc/pgbackrest/pgbackrest.conf", "backup-tool"],
  ["/etc/litestream.yml", "backup-tool"],
  ["/etc/td-agent/td-agent.conf", "log-shipper"],
  ["/etc/vector/vector.toml", "log-shipper"],
  ["/opt/hadoop/etc/hadoop/core-site.xml", "data-warehouse"],
  ["/home/ada/.dbt/profiles.yml", "data-warehouse"],
  ["/home/ada/.claude.json", "coding-agent"],
  ["/home/ada/.claude/projects/-home-ada-app/0123.jsonl", "coding-agent"],
  ["/home/ada/app/.mcp.json", "coding-agent"],
  ["/home/ada/.cursor/mcp.json", "coding-agent"],
  ["/home/ada/study/model.ipynb", "notebook"],
  ["/home/ada/shop.postman_collection.json", "api-client"],
  ["/home/ada/bruno/list.bru", "api-client"],
  ["/home/ada/app/.vercel/.env.production.local", "saas"],
  ["/home/ada/.git-credentials", "codecommit"],
  ["/home/ada/app/.env", "application-configuration"],
  ["/home/ada/app/.env.production", "application-configuration"],
  ["/home/ada/app/src/main/resources/application.yml", "application-configuration"],
  ["/srv/www/wp-config.php", "application-configuration"],
  ["/home/ada/app/src/Main.java", "source-code"],
  ["/home/ada/app/upload.ts", "source-code"],
  ["/home/ada/notes", "unknown"],
  ["/home/ada/letter.txt", "unknown"],
];

test.each(PLACES)("%s is of %s", (path, useCase) => {
  expect(useCaseOf(seen({ path }))).toBe(useCase);
});

const entries = [...useCases.content.first, ...useCases.content.otherwise];

describe.each(entries.map((entry, i) => ({ ...entry, i })))(
  "entry $i of rules/use-cases.yaml, $useCase",
  ({ useCase, examples }) => {
    test.each(examples)("%j", ({ text = "", ...example }) => {
      expect(useCaseOf(seen({ ...example, surroundings: text }))).toBe(useCase);
    });
  },
);

const BEGINNINGS = {
  "~": "/home/ada",
  $APPDATA: "C:/Users/Ada/AppData/Roaming",
  $LOCALAPPDATA: "C:/Users/Ada/AppData/Local",
  $JENKINS_HOME: "/srv/jenkins",
};

/** Paths that the pattern fits, one for every choice in its braces. */
function instances(glob: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(glob);
  if (braces !== null) {
    const [all, choices = ""] = braces;
    return choices.split(",").flatMap((choice) => instances(glob.replace(all, () => choice)));
  }
  const path = Object.entries(BEGINNINGS).reduce(
    (text, [name, value]) => (text.startsWith(`${name}/`) ? value + text.slice(name.length) : text),
    glob.replace(/^\*\*/, "/srv/a"),
  );
  return [path.replaceAll("**", "q7/z9").replaceAll("*", "q7").replaceAll("?", "q")];
}

test.each(locations.content)("location $id is of $useCase", ({ globs, useCase }) => {
  const paths = globs.filter((glob) => anywhere(glob) !== null).flatMap(instances);
  expect(paths.map((path) => [path, useCaseOf(seen({ path }))])).toEqual(paths.map((path) => [path, useCase]));
});

test("every use is told from something", () => {
  const reached = new Set<string>([
    ...entries.map(({ useCase }) => useCase),
    ...locations.content.map(({ useCase }) => useCase),
    useCaseOf(seen({})),
  ]);
  expect(USE_CASES.filter((useCase) => !reached.has(useCase))).toEqual([]);
});

test("a hostile path or text is answered, whatever its length", () => {
  const context = seen({ path: "/a/".repeat(200_000), surroundings: "COPY from '".repeat(200_000) });
  expect(USE_CASES).toContain(useCaseOf(context));
});
