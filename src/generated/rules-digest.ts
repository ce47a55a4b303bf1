// Generated from rules/ by npm run generate; do not edit.
export const RULES_DIGEST = "bd7426591427a6e9641bc0b8827bc8ce2946c50e986dcb77edcefd006f349328";
