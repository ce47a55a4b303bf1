import descriptor from "../../../src/rotate/targets/aws-profile/descriptor.ts";
import { damaged, type FileFormat, filePlace } from "../../support/targets/file-place.ts";
import { conform } from "./conformance.ts";

const OURS = /^aws_(access_key_id|secret_access_key) *= *([^\s#]*)(?: +# .*)?$/gm;

/** The lines of one section, where the test's keys are to be. */
function sectionOf(text: string, header: string): string {
  const [, section = ""] = text.split(`[${header}]\n`);
  return section.split("\n[")[0] ?? "";
}

function format(name: "credentials" | "config"): FileFormat {
  const header = name === "config" ? "profile deploy" : "deploy";
  return {
    name,
    render: ({ accessKeyId, secret }) =>
      [
        "# keys of people",
        "[default]",
        "aws_access_key_id = none",
        "aws_secret_access_key = none",
        "",
        `[${header}]`,
        "region = eu-west-1",
        ...(accessKeyId === null ? [] : [`aws_access_key_id=${accessKeyId}`]),
        "s3 =",
        "  max_concurrent_requests = 20",
        "  aws_access_key_id = nested",
        ...(secret === null ? [] : [`aws_secret_access_key = ${secret} # of deploy`]),
        "; the end",
        "",
        "[other]",
        "aws_access_key_id = none",
        "",
      ].join("\n"),
    look(text) {
      const found = [...sectionOf(text, header).matchAll(OURS)].map(([, key, value]) => [key, value] as const);
      const values = new Map(found);
      return { accessKeyId: values.get("access_key_id") ?? null, secret: values.get("secret_access_key") ?? null };
    },
    others(text) {
      const section = sectionOf(text, header);
      return text.replace(section, section.replace(new RegExp(`${OURS.source}\n?`, "gm"), ""));
    },
    addition: "[added]\nregion = us-east-1\n",
    faults: (path) => [
      damaged("the profile signs in", path, (text) => text.replace(`[${header}]\n`, `[${header}]\nsso_session = us\n`)),
      damaged("the profile takes a role", path, (text) => text.replace(`[${header}]\n`, `[${header}]\nrole_arn = r\n`)),
      damaged("the profile holds a token", path, (text) =>
        text.replace(`[${header}]\n`, `[${header}]\naws_session_token = token\n`),
      ),
      damaged("the value goes on in another line", path, (text) =>
        text.replace(/^aws_access_key_id=.*$/m, (line) => `${line}\n   more`),
      ),
    ],
  };
}

conform({
  descriptor,
  tells: "pair",
  place: (held) => filePlace(format("credentials"), held, (path) => ({ profile: "deploy", path })),
});
conform({
  variant: "config",
  descriptor,
  tells: "pair",
  place: (held) => filePlace(format("config"), held, (path) => ({ profile: "deploy", path })),
});
