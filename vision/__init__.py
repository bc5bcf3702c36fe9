"""vision: find a small thing from the air, with a loss that does not forgive missing it."""
