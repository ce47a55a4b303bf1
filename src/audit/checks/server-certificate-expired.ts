import { type Check, cis, days, daysSince } from "./check.ts";

export const serverCertificateExpired: Check = {
  name: "server-certificate-expired",
  title: "A server certificate has expired",
  severity: "high",
  condition: () => "a server certificate kept in IAM has expired",
  remedy: {
    title: "Delete the certificate",
    steps: [
      "Move what uses it to AWS Certificate Manager.",
      "`aws iam delete-server-certificate --server-certificate-name NAME`",
    ],
  },
  compliance: { ...cis("1.19", "1.18", "2.18", "2.17"), fsbp: ["IAM.26"] },
  needs: ["server-certificates"],
  *judge({ serverCertificates }, { now }) {
    for (const { name, arn, expiresAt } of serverCertificates) {
      if (expiresAt !== null && Date.parse(expiresAt) < now) {
        yield { detail: `${name} expired ${days(daysSince(expiresAt, now))} ago.`, subject: arn };
      }
    }
  },
};
