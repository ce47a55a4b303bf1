import descriptor from "../../../src/rotate/targets/file/descriptor.ts";
import { damaged, type FileFormat, filePlace } from "../../support/targets/file-place.ts";
import { conform, type Values } from "./conformance.ts";

/** Lines whose key is `id` or `secret`; the rest differs by format. */
function lineFormat(
  fields: Pick<FileFormat, "name" | "render" | "addition"> & {
    line: RegExp;
    faults: NonNullable<FileFormat["faults"]>;
  },
): FileFormat {
  return {
    ...fields,
    look(text) {
      const values = new Map(
        [...text.matchAll(fields.line)].map(({ groups = {} }) => [groups.key, groups.value ?? ""]),
      );
      return { accessKeyId: values.get("id") ?? null, secret: values.get("secret") ?? null };
    },
    others: (text) =>
      text
        .split("\n")
        .filter((line) => line.match(fields.line) === null)
        // The comma goes where the last one is.
        .map((line) => line.replace(/,$/, ""))
        .join("\n"),
  };
}

function lines(values: Values, id: (value: string) => string, secret: (value: string) => string) {
  return {
    id: values.accessKeyId === null ? [] : [id(values.accessKeyId)],
    secret: values.secret === null ? [] : [secret(values.secret)],
  };
}

const names = { accessKeyId: "storage.s3.id", secretAccessKey: ["storage", "s3", "secret"] };

const yaml = lineFormat({
  name: "app.yaml",
  line: /^ {4}(?<key>id|secret): ["']?(?<value>[^\s"']*)["']?(?: # .*)?$/gm,
  render(values) {
    const { id, secret } = lines(
      values,
      (value) => `    id: "${value}" # of deploy`,
      (value) => `    secret: '${value}'`,
    );
    return [
      "# é",
      "storage:",
      "  s3:",
      "    bucket:   site",
      ...id,
      "    list: [ 1,  2 ]",
      ...secret,
      "",
      "other: ~",
      "# end",
      "",
    ].join("\n");
  },
  addition: "added: meanwhile\n",
  faults: (path) => [
    damaged("it is no YAML", path, (text) => `${text}\t: {\n`),
    damaged("its value is encrypted", path, (text) => text.replace('id: "', 'id: !vault "')),
    damaged("it is of several documents", path, (text) => `${text}---\na: 1\n`),
  ],
});

const json = lineFormat({
  name: "app.json",
  line: /^\t{3}"(?<key>id|secret)": "(?<value>[^"]*)",?$/gm,
  render(values) {
    const { id, secret } = lines(
      values,
      (value) => `\t\t\t"id": "${value}"`,
      (value) => `\t\t\t"secret": "${value}"`,
    );
    const inner = ['\t\t\t"bucket" : "site"', ...id, '\t\t\t"list": [1,  2]', ...secret].join(",\n");
    return `{\n\t"storage": {\n\t\t"s3": {\n${inner}\n\t\t}\n\t}\n}\n`;
  },
  addition: "\n\n",
  faults: (path) => [damaged("it is no JSON", path, (text) => `${text}]`)],
});

const toml = lineFormat({
  name: "app.toml",
  line: /^(?<key>id|secret) = ["'](?<value>[^"']*)["'](?: # .*)?$/gm,
  render(values) {
    const { id, secret } = lines(
      values,
      (value) => `id = "${value}" # of deploy`,
      (value) => `secret = '${value}'`,
    );
    return [
      'title="é"',
      "[storage.s3] # here",
      'bucket   = "site"',
      ...id,
      "list = [ 1,  2 ]",
      ...secret,
      "",
      "[other]",
      "x=1",
      "# end",
      "",
    ].join("\n");
  },
  addition: "[added]\nx = 1\n",
  faults: (path) => [damaged("it is no TOML", path, (text) => `${text}= 1\n`)],
});

const ini = lineFormat({
  name: "app.ini",
  line: /^(?<key>id|secret) *= *["']?(?<value>[^\s"']*)["']?(?: ; .*)?$/gm,
  render(values) {
    const { id, secret } = lines(
      values,
      (value) => `id="${value}" ; of deploy`,
      (value) => `secret = ${value}`,
    );
    return ["[storage]", "bucket: site", ...id, "list = 1", ...secret, "", "[other]", "x=1", "; end", ""].join("\n");
  },
  addition: "[added]\nx = 1\n",
  faults: () => [],
});

for (const format of [yaml, json, toml])
  conform({
    variant: format.name,
    descriptor,
    tells: "pair",
    place: (held) => filePlace(format, held, (path) => ({ path, names })),
  });

conform({
  variant: ini.name,
  descriptor,
  tells: "pair",
  place: (held) =>
    filePlace(ini, held, (path) => ({ path, names: { accessKeyId: "storage.id", secretAccessKey: "storage.secret" } })),
});
