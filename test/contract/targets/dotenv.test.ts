import descriptor from "../../../src/rotate/targets/dotenv/descriptor.ts";
import { damaged, type FileFormat, filePlace } from "../../support/targets/file-place.ts";
import { conform } from "./conformance.ts";

const OURS = /^(?:export )?AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)=["']?(.*?)["']?$/gm;

const format: FileFormat = {
  name: ".env",
  render: ({ accessKeyId, secret }) =>
    [
      "# deploy",
      "DATABASE_URL=postgres://db/app",
      ...(accessKeyId === null ? [] : [`AWS_ACCESS_KEY_ID="${accessKeyId}"`]),
      `NOTE="first line`,
      `AWS_REGION=nowhere # not an assignment`,
      `"`,
      ...(secret === null ? [] : [`AWS_SECRET_ACCESS_KEY=${secret}`]),
      "AWS_REGION = eu-west-1 # Ireland",
      "",
    ].join("\n"),
  look(text) {
    const values = new Map([...text.matchAll(OURS)].map(([, name, value]) => [name, value ?? ""]));
    return { accessKeyId: values.get("ACCESS_KEY_ID") ?? null, secret: values.get("SECRET_ACCESS_KEY") ?? null };
  },
  others: (text) => text.replace(new RegExp(`${OURS.source}\n`, "gm"), ""),
  addition: "ADDED=meanwhile\n",
  faults: (path) => [
    damaged("it says the name twice", path, (text) => `${text}AWS_ACCESS_KEY_ID=somethingelse\n`),
    damaged("its value is put together elsewhere", path, (text) =>
      text.replace(/^AWS_SECRET_ACCESS_KEY=.*$/m, `AWS_SECRET_ACCESS_KEY=\${DEPLOY_SECRET}`),
    ),
    damaged("it holds temporary credentials", path, (text) => `${text}AWS_SESSION_TOKEN=token\n`),
  ],
};

conform({ descriptor, tells: "pair", place: (held) => filePlace(format, held, (path) => ({ path })) });
