# A worker that runs checks: docker build -f docs/deployment/worker.Dockerfile -t stickshift-worker .
# Build it in the student edition.
FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/stickshift
COPY . .
RUN python -m pip install --no-cache-dir -c constraints.txt -e ".[cluster]"
# Dask need not look at a worker that computes a hundred times a second.
ENV DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED=False DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL=500ms
# The keys are mounted, and never part of the image:
# docker run --network host -v /srv/keys/worker:/keys:ro \
#     --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
#     --security-opt systempaths=unconfined stickshift-worker tls://HOST:8786
ENTRYPOINT ["dask", "worker", "--nworkers", "-1", "--nthreads", "1", "--no-dashboard", \
    "--tls-ca-file", "/keys/ca.pem", "--tls-cert", "/keys/certificate.pem", \
    "--tls-key", "/keys/key.pem"]
