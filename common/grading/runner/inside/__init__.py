"""All that runs within the walls of the sandbox: NumPy and the standard library, nothing else."""
