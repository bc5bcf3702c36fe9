"""What every domain shares. Nothing in here knows a domain."""
