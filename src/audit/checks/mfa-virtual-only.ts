import { type Check, MFA_COMPLIANCE } from "./check.ts";

export const mfaVirtualOnly: Check = {
  name: "mfa-virtual-only",
  title: "No MFA device withstands phishing",
  severity: "low",
  condition: () => "a user has MFA devices, and none is a passkey or security key",
  remedy: {
    title: "Register a passkey or security key",
    steps: ["The user registers a passkey under Security credentials.", "Remove the devices that show codes."],
  },
  compliance: MFA_COMPLIANCE,
  needs: ["mfa-devices", "virtual-mfa-devices"],
  *judge({ users }) {
    for (const { userName, mfa } of users) {
      if (mfa.length > 0 && mfa.every(({ kind }) => kind !== "fido")) {
        yield {
          detail: `Only devices that show codes (${[...new Set(mfa.map(({ kind }) => kind))].join(", ")}), which can be phished.`,
          userName,
        };
      }
    }
  },
};
