"""All that runs inside the sandbox: NumPy and the standard library, nothing else."""
