# keysweep as an image: docker build -t keysweep . && docker run --rm -v "$PWD:/scan:ro" keysweep scan /scan
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY scripts/require-node.cjs scripts/require-node.cjs
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run --silent build

FROM node:24-alpine
# For --range and --staged alone: whole histories are read without git.
# hadolint ignore=DL3018
RUN apk add --no-cache git
COPY --from=build /build/dist /opt/keysweep
RUN ln -s /opt/keysweep/main.js /usr/local/bin/keysweep
USER 1000:1000
WORKDIR /scan
ENTRYPOINT ["keysweep"]
CMD ["--help"]
