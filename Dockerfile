# Dependencies with their platform binaries, without what only tests need.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json tsconfig.json main.ts ./
COPY core ./core
COPY connectors ./connectors
COPY db ./db
COPY bot ./bot
COPY web ./web
# For trying it out without DATABASE_URL: the embedded PostgreSQL lives in /data. A named volume there takes this owner; a
# folder of the host must belong to uid 1000, or the desk says so and ends.
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 3000
# No npm in between: signals reach the desk itself, which stops in order.
CMD ["node", "--max-semi-space-size=12", "--heap-growing-percent=70", "--import", "tsx", "main.ts"]
