"""Many machines: certificates for a Dask cluster, and a connection to its scheduler."""
