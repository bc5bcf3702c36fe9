"""What is written from a gradebook: pages, tables, results for Gradescope."""
