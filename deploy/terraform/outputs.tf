output "role_name" {
  description = "For organization.role of keysweep's configuration."
  value       = var.role_name
}
