import { type Check } from "./check.ts";

export const rootCertificate: Check = {
  name: "root-certificate",
  title: "The root user has a signing certificate",
  severity: "high",
  condition: () => "the root user has an active signing certificate",
  remedy: {
    title: "Delete the root user's signing certificate",
    steps: ["Sign in as root, open Security credentials and delete the X.509 certificate."],
  },
  compliance: {},
  needs: ["account-summary", "credential-report"],
  *judge({ root }) {
    if (root.hasCertificate)
      yield {
        detail: "The root user has an active X.509 signing certificate, which signs calls as an access key does.",
      };
  },
};
