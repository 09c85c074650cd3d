# The service as an image: built on Debian, run with nothing but what runs, as nobody, on a read-only root.
FROM debian:trixie-slim AS explorer
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates make npm
WORKDIR /source
COPY Makefile ./
COPY web/explorer web/explorer
RUN make build/explorer/index.html

FROM debian:trixie-slim AS build
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc make libc6-dev python3 \
       python3-yaml libmicrohttpd-dev libjansson-dev libsqlite3-dev libssl-dev libpcre2-dev zlib1g-dev libminizip-dev \
       libxlsxwriter-dev libxxhash-dev
WORKDIR /source
COPY Makefile NEWS.md LICENSE ./
COPY api api
COPY db/migrations db/migrations
COPY db/series db/series
COPY db/dataset db/dataset
COPY server server
COPY web web
COPY --from=explorer /source/build build
COPY tools/embed.py tools/fetch tools/openapi.py tools/packages tools/
RUN make -j2 build/relata && strip build/relata

FROM debian:trixie-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libmicrohttpd12t64 libjansson4 \
       libsqlite3-0 libssl3t64 libpcre2-8-0 zlib1g libminizip1t64 libxlsxwriter8 libxxhash0 \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 0 -m 775 /data /scratch
COPY --from=build /source/build/relata /usr/bin/relata
COPY LICENSE NEWS.md /usr/share/relata/
ENV RELATA_ADDRESS=0.0.0.0 \
    RELATA_DB=/data/relata.db
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${RELATA_PORT:-8080} && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && grep -q '^HTTP/1.1 200' <&3"]
ENTRYPOINT ["/usr/bin/relata"]
CMD ["serve"]
