variable "trusted_principal_arn" {
  description = "Who may audit: the ARN of a role or user in the management account or a delegated administrator."
  type        = string
}

variable "external_id" {
  description = "What the auditor has to say; organization.externalId of keysweep's configuration."
  type        = string
  sensitive   = true
}

variable "role_name" {
  description = "The role's name in every account; organization.role of keysweep's configuration."
  type        = string
  default     = "keysweep-audit"
}

variable "organizational_unit_ids" {
  description = "Where the role is to be: the root (r-…) for the whole organisation, or organisational units (ou-…)."
  type        = list(string)
}

variable "include_this_account" {
  description = "Whether the account that this is applied in gets the role too: needed for the management account when a delegated administrator audits."
  type        = bool
  default     = false
}

variable "call_as" {
  description = "SELF in the management account, DELEGATED_ADMIN in a delegated administrator for CloudFormation."
  type        = string
  default     = "SELF"
}
