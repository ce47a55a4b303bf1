import { Document, isCollection, isMap, isSeq } from "yaml";
import * as z from "zod/mini";
import type { TargetEntry, TargetSetting } from "../../model/target-catalogue.ts";
import type { TargetDescriptor } from "./descriptor.ts";
import { targetDescriptors } from "./registry.ts";

/** What there is to say of all types of targets, in order. */
export async function targetCatalogue(): Promise<readonly TargetEntry[]> {
  return (await targetDescriptors()).map(targetEntry);
}

/** Settings that every type has besides its own. */
export const COMMON_SETTINGS: readonly TargetSetting[] = [
  { name: "type", required: true, description: "Which type of target it is." },
  {
    name: "name",
    required: false,
    description: "What it is called in reports and by `rotate confirm`; otherwise the place tells.",
  },
  {
    name: "after",
    required: false,
    description:
      "A program and its arguments, run without a shell once the target holds the new key: whatever makes its consumer read it. Again until it ends with 0.",
  },
  {
    name: "ses",
    required: false,
    description:
      "`{ region: eu-west-1 }`: the consumer speaks SMTP to Amazon SES there. It gets the password that is derived from the secret instead of the secret.",
  },
];

export function targetEntry(descriptor: TargetDescriptor): TargetEntry {
  const { type, title, leastPrivilege, avoidableBy } = descriptor;
  const example = descriptor.example as Readonly<Record<string, unknown>>;
  const shapes = shapesOf(descriptor);
  return {
    type,
    title,
    readBack: descriptor.readBack(example),
    atomic: descriptor.isAtomic(example),
    settings: settingsOf(shapes),
    alternatives: shapes.length > 1 ? shapes.map(({ required = [] }) => required) : [],
    example,
    exampleText: exampleText({ type, ...example }),
    leastPrivilege,
    avoidableBy: avoidableBy?.sentence ?? null,
  };
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly description?: string; readonly default?: unknown }>>;
  readonly required?: readonly string[];
}

/** The ways in which a target of the type may be written. */
function shapesOf({ settings }: TargetDescriptor): readonly ObjectSchema[] {
  const schema: ObjectSchema & { readonly anyOf?: readonly ObjectSchema[]; readonly oneOf?: readonly ObjectSchema[] } =
    z.toJSONSchema(settings, { io: "input", unrepresentable: "any" }) as object;
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

function settingsOf(shapes: readonly ObjectSchema[]): TargetSetting[] {
  const names = [...new Set(shapes.flatMap(({ properties = {} }) => Object.keys(properties)))];
  return names.map((name) => {
    const found = shapes.flatMap(({ properties = {} }) => properties[name] ?? []);
    const [{ description = "", ...rest } = {}] = found;
    const required = shapes.every((shape) => shape.required?.includes(name) === true);
    return { name, required, ...("default" in rest ? { default: rest.default } : {}), description };
  });
}

/** An item of a list, one setting a line. */
function exampleText(target: Readonly<Record<string, unknown>>): string {
  const document = new Document([target]);
  const [item] = isSeq(document.contents) ? document.contents.items : [];
  if (isMap(item)) for (const { value } of item.items) if (isCollection(value)) value.flow = true;
  return document.toString({ lineWidth: 0 });
}
