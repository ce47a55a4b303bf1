// Generated from rules/ by npm run generate; do not edit.
export const RULES_DIGEST = "60be7881c92562529137553f83f69161b0be0283d086a2a730aba13e9a7ae1fa";
