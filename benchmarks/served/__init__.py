"""What serving.py asks: examples of each domain, their bodies, a server, and clients for it."""
