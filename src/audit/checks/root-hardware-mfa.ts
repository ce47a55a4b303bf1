import { type Check, cis, MFA_COMPLIANCE } from "./check.ts";

export const rootHardwareMfa: Check = {
  name: "root-hardware-mfa",
  title: "The root user's MFA is virtual",
  severity: "critical",
  condition: () => "the root user's MFA device is a virtual one",
  remedy: {
    title: "Give the root user a passkey or security key",
    steps: ["Sign in as root, open Security credentials and register two security keys.", "Remove the virtual device."],
  },
  compliance: { ...cis("1.6", "1.5", "2.5", "2.6"), fsbp: ["IAM.6"], ...MFA_COMPLIANCE },
  needs: ["account-summary", "virtual-mfa-devices"],
  *judge({ root }) {
    if (root.mfa === "virtual" && root.hasPassword)
      yield { detail: "The root user's second factor is an app: its seed can be copied, and its codes phished." };
  },
};
