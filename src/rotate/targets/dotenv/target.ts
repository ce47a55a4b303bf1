import { pathFrom } from "../../../runtime/secret-reference.ts";
import { dotenv } from "../../documents/dotenv.ts";
import { Uneditable } from "../../documents/format.ts";
import type { TargetWorld } from "../descriptor.ts";
import { keyInFile } from "../file-key.ts";
import { type Names, USUAL_NAMES } from "../settings.ts";
import type { Target } from "../target.ts";

export interface DotenvSettings {
  readonly path: string;
  readonly names: Names;
  readonly backup?: boolean | undefined;
}

export function openDotenv({ path, names, backup = false }: DotenvSettings, world: TargetWorld, place: string): Target {
  return keyInFile(
    {
      place,
      path: pathFrom(path, world.home, world.configurationFolder),
      format: dotenv,
      accessKeyId: [names.accessKeyId],
      secretAccessKey: [names.secretAccessKey],
      backup,
      ...(names.accessKeyId === USUAL_NAMES.accessKeyId ? { inspect: refuseToken } : {}),
    },
    world.files,
  );
}

/** The SDKs would send it along with the new key, which has none. */
function refuseToken(text: string): void {
  if ((dotenv.get(text, ["AWS_SESSION_TOKEN"]) ?? "") === "") return;
  throw new Uneditable(
    "AWS_SESSION_TOKEN is there too, so these are temporary credentials",
    "Take it away if it is left over; otherwise whoever puts it there would overwrite the key.",
  );
}
