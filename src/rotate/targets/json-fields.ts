import type { AccessKeyId } from "../../model/access-key-id.ts";
import { Uneditable } from "../documents/format.ts";
import { json } from "../documents/yaml.ts";
import { targetError } from "./failure.ts";
import { heldFrom, refuseStranger } from "./held.ts";
import type { Names } from "./settings.ts";
import type { HandedKey, Held } from "./target.ts";

/** A key in two fields of a JSON object, which a place holds as one text. */
export class JsonFields {
  readonly #place: string;
  readonly #fields: Names;

  constructor(place: string, fields: Names) {
    this.#place = place;
    this.#fields = fields;
  }

  /** @throws KeysweepError `target` when it is no JSON object. */
  held(text: string): Held {
    const { accessKeyId, secretAccessKey } = this.#fields;
    return this.#editing(() => heldFrom(json.get(text, [accessKeyId]), json.get(text, [secretAccessKey])));
  }

  /** The text with this key in it, and everything else as it was. @throws KeysweepError `target`, also where another key stands. */
  withKey(text: string, key: HandedKey, known: readonly AccessKeyId[]): string {
    const { accessKeyId, secretAccessKey } = this.#fields;
    return this.#editing(() => {
      refuseStranger(this.#place, json.get(text, [accessKeyId]), known);
      const withId = json.set(text, [accessKeyId], key.accessKeyId);
      return json.set(withId, [secretAccessKey], key.secret.reveal());
    });
  }

  #editing<T>(edit: () => T): T {
    try {
      return edit();
    } catch (error) {
      if (!(error instanceof Uneditable)) throw error;
      throw targetError(this.#place, error.message, { hint: error.hint, retry: "never" });
    }
  }
}
