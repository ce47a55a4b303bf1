import { jsonText } from "../../escape.ts";
import { jsonListField } from "../../json-pieces.ts";
import type { RotationsFormat } from "../rotations-format.ts";

/** The report as it is, indented. */
export const json: RotationsFormat = {
  name: "json",
  *write({ schema, tool, generatedAt, rotations }) {
    yield jsonText({ schema, tool, generatedAt }, 2).replace(/\n\}$/, ",\n");
    yield [...jsonListField("rotations", rotations)].join("").replace(/,\n$/, "\n}\n");
  },
};
