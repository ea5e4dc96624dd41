# A static binary and nothing else. The scanned repository is mounted at /repo; who owns it does not matter:
#   docker run --rm --network none -v "$PWD:/repo:ro" tenure scan
FROM rust:1.91-alpine AS build
RUN apk add --no-cache build-base cmake
WORKDIR /src
COPY . .
RUN cargo build --release --locked && mkdir /empty

FROM scratch
COPY --from=build /src/target/release/tenure /tenure
COPY --from=build --chown=65532:65532 /empty /tmp
USER 65532:65532
WORKDIR /repo
ENTRYPOINT ["/tenure"]
CMD ["scan"]
