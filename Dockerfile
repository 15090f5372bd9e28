# Foreword as one image. It runs as nobody in particular, on a root that can be read-only; it writes to /data alone.
#
#   docker run --read-only --cap-drop all \
#     --volume foreword:/data --volume ./keys:/keys --volume ./authority.toml:/authority.toml:ro \
#     --env FOREWORD_AUTHORITY=/authority.toml \
#     --env FOREWORD_CHAT_URL=https://… --env FOREWORD_PORTAL_URL=https://… --env FOREWORD_SMTP_URL=smtp://… \
#     --publish 127.0.0.1:8080:8080 --publish 127.0.0.1:8081:8081 foreword
#
# /keys has to be writable for user 10001: beside the key files stands the list of what was forgotten. With
# `run --only chat` or `--only portal`, set HEALTHY to the one port that is then open.

FROM debian:bookworm-slim AS build
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends python3 python3-venv
WORKDIR /source
COPY requirements/run.lock requirements/
RUN python3 -m venv /opt/foreword \
    && /opt/foreword/bin/pip install --no-cache-dir --require-hashes --requirement requirements/run.lock
COPY pyproject.toml README.md ./
COPY locales locales
COPY consultations consultations
COPY bot bot
RUN /opt/foreword/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /opt/foreword/bin/pip uninstall --yes editables hatchling trove-classifiers setuptools pip

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates fonts-noto-color-emoji fonts-noto-core python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /data foreword \
    && install --directory --owner 10001 --group 10001 --mode 0700 /data /keys
COPY --from=build /opt/foreword /opt/foreword
ENV PATH=/opt/foreword/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    FOREWORD_DATA_DIR=/data \
    FOREWORD_KEY_DIR=/keys \
    FOREWORD_CHAT_LISTEN=0.0.0.0:8080 \
    FOREWORD_PORTAL_LISTEN=0.0.0.0:8081 \
    HEALTHY="8080 8081"
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080 8081
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 \
    CMD ["python3", "-c", "import os, urllib.request\nfor port in os.environ['HEALTHY'].split(): urllib.request.urlopen(f'http://127.0.0.1:{port}/health', timeout=4)"]
ENTRYPOINT ["foreword"]
CMD ["run"]
