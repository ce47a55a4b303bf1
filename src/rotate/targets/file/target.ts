import { extname } from "node:path";
import { KeysweepError } from "../../../model/error.ts";
import { pathFrom } from "../../../runtime/secret-reference.ts";
import type { TextFormat, ValuePath } from "../../documents/format.ts";
import type { TargetWorld } from "../descriptor.ts";
import { keyInFile } from "../file-key.ts";
import type { Names } from "../settings.ts";
import type { Target } from "../target.ts";

type FormatName = "yaml" | "json" | "toml" | "ini";

export interface FileSettings {
  readonly path: string;
  readonly format?: FormatName | undefined;
  readonly names: Names<string | readonly (string | number)[]>;
  readonly backup?: boolean | undefined;
}

/** @throws KeysweepError `configuration` when neither the settings nor the file's name say what it is written in. */
export async function openFile(settings: FileSettings, world: TargetWorld, place: string): Promise<Target> {
  const { names, backup = false } = settings;
  const path = pathFrom(settings.path, world.home, world.configurationFolder);
  return keyInFile(
    {
      place,
      path,
      format: await FORMATS[settings.format ?? formatOf(path)](),
      accessKeyId: valuePath(names.accessKeyId),
      secretAccessKey: valuePath(names.secretAccessKey),
      backup,
    },
    world.files,
  );
}

/** Each loads what its text is read with. */
const FORMATS: Readonly<Record<FormatName, () => Promise<TextFormat>>> = {
  yaml: async () => (await import("../../documents/yaml.ts")).yaml,
  json: async () => (await import("../../documents/yaml.ts")).json,
  toml: async () => (await import("../../documents/toml.ts")).toml,
  ini: async () => (await import("../../documents/ini.ts")).ini,
};

const ENDINGS = new Map<string, FormatName>([
  [".yaml", "yaml"],
  [".yml", "yaml"],
  [".json", "json"],
  [".toml", "toml"],
  [".ini", "ini"],
  [".cfg", "ini"],
  [".conf", "ini"],
]);

function formatOf(path: string): FormatName {
  const format = ENDINGS.get(extname(path).toLowerCase());
  if (format !== undefined) return format;
  throw new KeysweepError("configuration", `the name of ${path} does not tell what it is written in`, {
    hint: "Say it beside the path: format: yaml, json, toml or ini.",
    retry: "never",
  });
}

function valuePath(written: string | readonly (string | number)[]): ValuePath {
  return typeof written === "string" ? written.split(".") : written;
}
