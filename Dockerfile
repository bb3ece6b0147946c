# Built in the Swift image, run in a slim Debian without a compiler and without root.
FROM swift:6.2-bookworm AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends make python3 python3-pip && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY dev dev
RUN dev/setup
COPY Package.swift config.yaml ./
COPY Sources Sources
COPY Tests Tests
COPY Benchmarks Benchmarks
RUN swift build -c release --product yuyan --static-swift-stdlib

FROM debian:bookworm-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libopus0 libspeexdsp1 libmpg123-0 libpocketsphinx3 pocketsphinx-en-us \
        espeak-ng libsqlite3-0 ca-certificates curl libatomic1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --user-group --create-home --home-dir /data yuyan \
    && install -d -m 700 -o yuyan -g yuyan /data/data
COPY --from=build /src/.build/release/yuyan /opt/yuyan/bin/yuyan
COPY --from=build /src/.deps/lib/libonnxruntime.so /src/.deps/lib/libsherpa-onnx-c-api.so /opt/yuyan/lib/
COPY --from=build /src/.deps/models /opt/yuyan/share/models
USER yuyan
WORKDIR /data
VOLUME /data/data
EXPOSE 8000 8003
HEALTHCHECK --interval=30s --timeout=3s CMD curl -fsS http://127.0.0.1:8003/health || exit 1
ENTRYPOINT ["/opt/yuyan/bin/yuyan"]
CMD ["serve"]
