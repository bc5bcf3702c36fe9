"""What a person looks at: tables in the terminal, plots, and the pages that hold them."""
