// Generated from rules/ by npm run generate; do not edit.
export const RULES_DIGEST = "1cbe4aa5bbaecf07ef2c6aafd91d15bfc5b24687914c666362b40140d9d856e8";
