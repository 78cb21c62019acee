# The same first five minutes in a container:
#
#   docker compose up        then open the link that it prints
#
# What is yours (inventory, people, policy, database, keys) lies in the volume at /data.
# Hosts are reached over SSH from inside: give it keys by a volume or an agent's socket.

FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY requirements/run.txt requirements/
RUN python -m venv /opt/overseer \
    && /opt/overseer/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
RUN /opt/overseer/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim-bookworm
# ps for the reads of the container itself; tini reaps what a killed Overseer leaves behind.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends procps tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 overseer \
    && install --directory --owner=overseer --mode=0700 /data
COPY --from=build /opt/overseer /opt/overseer
ENV PATH=/opt/overseer/bin:$PATH OVERSEER_HOME=/data PYTHONUNBUFFERED=1
USER overseer
VOLUME /data
EXPOSE 8420
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8420/healthz', timeout=2)"]
ENTRYPOINT ["tini", "--", "overseer"]
# All addresses of the container; which of the machine's lead there is the publisher's choice.
CMD ["run", "--host", "0.0.0.0", "--port", "8420"]
