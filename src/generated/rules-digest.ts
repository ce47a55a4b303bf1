// Generated from rules/ by npm run generate; do not edit.
export const RULES_DIGEST = "ebeacbe26b25e20f172d8ae2435fe31d362d451aad8e6cedf6e180239de9155d";
