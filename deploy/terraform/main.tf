# Rolls a role of keysweep out, that of the audit or that of rotations: a StackSet puts it into every account of the organisational units, those
# that join later too. StackSets leave the management account out; there keysweep uses its own credentials, or the role that
# `include_this_account` makes.

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
  name     = coalesce(var.role_name, "keysweep-${var.role}")
  template = file("${path.module}/../${var.role}-role.yaml")
  parameters = merge(
    {
      TrustedPrincipalArn = var.trusted_principal_arn
      ExternalId          = var.external_id
      RoleName            = local.name
    },
    var.role == "rotate" ? { Users = var.users } : {},
  )
}

resource "aws_cloudformation_stack_set" "role" {
  name             = local.name
  description      = "The role of keysweep ${var.role}"
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

    precondition {
      condition     = var.role != "rotate" || var.users != null
      error_message = "Say whose keys the role may change: users."
    }
  }
}

resource "aws_cloudformation_stack_set_instance" "role" {
  for_each = toset(var.organizational_unit_ids)

  stack_set_name = aws_cloudformation_stack_set.role.name
  call_as        = var.call_as

  deployment_targets {
    organizational_unit_ids = [each.value]
  }
}

resource "aws_cloudformation_stack" "this_account" {
  count = var.include_this_account ? 1 : 0

  name          = local.name
  capabilities  = ["CAPABILITY_NAMED_IAM"]
  template_body = local.template
  parameters    = local.parameters
}

moved {
  from = aws_cloudformation_stack_set.audit
  to   = aws_cloudformation_stack_set.role
}

moved {
  from = aws_cloudformation_stack_set_instance.audit
  to   = aws_cloudformation_stack_set_instance.role
}
