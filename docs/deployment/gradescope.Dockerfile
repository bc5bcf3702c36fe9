# An autograder for Gradescope. Build it in the teacher's repository, with a file `secret` in it:
#   python -c "import secrets; print(secrets.token_hex(32))" > secret
#   docker build -f docs/deployment/gradescope.Dockerfile -t NAME/stickshift-autograder .
FROM gradescope/autograder-base:ubuntu-24.04
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap python3-venv \
    libgl1 libglib2.0-0 && rm -rf /var/lib/apt/lists/*
# Students' code can read what lies in the folders of the system and of Python, so the course does not.
WORKDIR /srv/stickshift
COPY . .
RUN python3 -m venv /opt/python && /opt/python/bin/python -m pip install --no-cache-dir -e . \
    && cp docs/deployment/run_autograder /autograder/run_autograder \
    && chmod 755 /autograder/run_autograder && chmod 600 secret
