# Rolls the audit role out: a StackSet puts it into every account of the organisational units, those that join later too.
# StackSets leave the management account out; the audit uses its own credentials there, or the role that `include_this_account` makes.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

locals {
  template = file("${path.module}/../audit-role.yaml")
  parameters = {
    TrustedPrincipalArn = var.trusted_principal_arn
    ExternalId          = var.external_id
    RoleName            = var.role_name
  }
}

resource "aws_cloudformation_stack_set" "audit" {
  name             = var.role_name
  description      = "The role by which keysweep audits IAM users"
  permission_model = "SERVICE_MANAGED"
  call_as          = var.call_as
  capabilities     = ["CAPABILITY_NAMED_IAM"]
  template_body    = local.template
  parameters       = local.parameters

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  operation_preferences {
    failure_tolerance_percentage = 10
    max_concurrent_percentage    = 50
  }

  lifecycle {
    # Set by CloudFormation itself for service-managed StackSets.
    ignore_changes = [administration_role_arn]
  }
}

resource "aws_cloudformation_stack_set_instance" "audit" {
  for_each = toset(var.organizational_unit_ids)

  stack_set_name = aws_cloudformation_stack_set.audit.name
  call_as        = var.call_as

  deployment_targets {
    organizational_unit_ids = [each.value]
  }
}

resource "aws_cloudformation_stack" "this_account" {
  count = var.include_this_account ? 1 : 0

  name          = var.role_name
  capabilities  = ["CAPABILITY_NAMED_IAM"]
  template_body = local.template
  parameters    = local.parameters
}
