variable "role" {
  description = "Which role: audit (reads, and changes nothing) or rotate (replaces the keys of some users)."
  type        = string
  default     = "audit"

  validation {
    condition     = contains(["audit", "rotate"], var.role)
    error_message = "It is audit or rotate."
  }
}

variable "users" {
  description = "Whose keys the role for rotations may change: a path with a pattern, such as /service/ci/*."
  type        = string
  default     = null
}

variable "trusted_principal_arn" {
  description = "Who may take the role: the ARN of the role or user that runs keysweep."
  type        = string
}

variable "external_id" {
  description = "What who takes it has to say; organization.externalId of keysweep's configuration, or externalId of a rotation."
  type        = string
  sensitive   = true
}

variable "role_name" {
  description = "The role's name in every account; by default keysweep-audit or keysweep-rotate."
  type        = string
  default     = null
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
