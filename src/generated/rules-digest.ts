// Generated from rules/ by npm run generate; do not edit.
export const RULES_DIGEST = "f3e81dbb280f169df78d4e6154f30fb36c25d1dc0fd85aa4a57ee1cee5083af5";
