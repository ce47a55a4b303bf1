import * as z from "zod/mini";
import { commonTargetShape, rotationsSchema } from "../src/config/rotation-schema.ts";
import { scheduleSchema } from "../src/config/schedule-schema.ts";
import { operatorSchema, repositorySchema } from "../src/config/schema.ts";
import { COMMON_SETTINGS } from "../src/rotate/targets/catalogue.ts";
import type { TargetDescriptor } from "../src/rotate/targets/descriptor.ts";
import { targetDescriptors } from "../src/rotate/targets/registry.ts";

/** As much of JSON Schema as is taken apart and put together here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/**
 * JSON Schemas (draft 2020-12) of what people write, by the names of their files, for editors. They are made of what checks a configuration, so
 * they let through whatever that does; what only that can tell (a cron expression, a date) they do not.
 */
export async function configurationSchemas(): Promise<ReadonlyMap<string, JsonSchema>> {
  return new Map([
    ["config.schema.json", { ...(await operatorJsonSchema()), title: "keysweep: the operator's config.yaml" }],
    ["repository.schema.json", { ...jsonSchemaOf(repositorySchema), title: "keysweep: a repository's keysweep.yaml" }],
  ]);
}

async function operatorJsonSchema(): Promise<JsonSchema> {
  const operator = jsonSchemaOf(operatorSchema);
  const { properties: { rotations, rotationTemplates, ...others } = {} } = jsonSchemaOf(rotationsSchema);
  const targets: JsonSchema = {
    type: "array",
    minItems: 1,
    items: { anyOf: (await targetDescriptors()).flatMap(targetSchemas) },
  };
  return {
    ...operator,
    properties: {
      ...operator.properties,
      ...others,
      ...jsonSchemaOf(scheduleSchema).properties,
      rotations: withTargets(rotations, targets),
      rotationTemplates: withTargets(rotationTemplates, targets),
    },
  };
}

/** A mapping of names to rotations, with its targets said in full. */
function withTargets(section: JsonSchema | undefined, targets: JsonSchema): JsonSchema {
  const one = section?.additionalProperties;
  if (typeof one !== "object" || one.properties?.targets === undefined)
    throw new Error("a rotation has no targets in its schema");
  return { ...section, additionalProperties: { ...one, properties: { ...one.properties, targets } } };
}

/** The ways in which a target of the type may be written, each with what is common to all types. */
function targetSchemas({ type, title, settings }: TargetDescriptor): readonly JsonSchema[] {
  const own = jsonSchemaOf(settings);
  return (own.anyOf ?? own.oneOf ?? [own]).map((shape) => ({
    ...shape,
    title,
    properties: { ...commonProperties(), type: { const: type, description: title }, ...shape.properties },
    required: ["type", ...(shape.required ?? [])],
  }));
}

function commonProperties(): Readonly<Record<string, JsonSchema>> {
  const { properties = {} } = jsonSchemaOf(z.strictObject(commonTargetShape));
  const described = COMMON_SETTINGS.map(({ name, description }): [string, JsonSchema] => [
    name,
    { ...properties[name], description },
  ]);
  return Object.fromEntries(described);
}

function jsonSchemaOf(schema: z.core.$ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}
