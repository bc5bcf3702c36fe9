"""What serves the training loop: batches, validation, checkpoints, schedules, guards."""
