"""What an exported run of prices takes along: its preparation in NumPy, and a table in and out."""
