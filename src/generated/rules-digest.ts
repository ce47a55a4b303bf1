// Generated from rules/ by npm run generate; do not edit.
export const RULES_DIGEST = "6399ee34402efa1e99379c674942550ee2c5426f095881bdd7781c9491eb0d9e";
