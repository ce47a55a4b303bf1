output "role_name" {
  description = "For organization.role of keysweep's configuration, or the role of its rotations."
  value       = local.name
}
