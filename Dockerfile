# One image build for every service: docker build --build-arg SERVICE=gateway -t tesserae/gateway .
#
#   SERVICE      gateway, vision-service, projector-service, llm-service or all-in-one
#   APPLICATION  compiled: built in here (needs Maven Central). prebuilt: taken from SERVICE/target/quarkus-app (needs no network)
#   BASE_IMAGE   what the services run on: a Java 17 or newer runtime on glibc, with java on its PATH; no shell is needed
#   BUILD_IMAGE  what compiles: Maven 3.8 or newer and a JDK 17 or newer
#   MODEL        folder that the target 'model' packs, and that a service's start is rehearsed with
#   VERSION, REVISION, CREATED   for the labels
#
# --target model makes an image that copies a model folder into a volume; Kubernetes starts it before a service.

ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-17
ARG BASE_IMAGE=eclipse-temurin:17-jre
ARG APPLICATION=compiled

# All applications at once, so that the images of several services share this stage.
FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/maven,sharing=locked \
    rm -rf */target models && \
    mvn -B -q --no-transfer-progress -Dmaven.repo.local=/maven -DskipTests package -am -pl vision-service,projector-service,llm-service,gateway,all-in-one

FROM scratch AS compiled
ARG SERVICE
COPY --from=build /src/${SERVICE}/target/quarkus-app /app
COPY --from=build /src/${SERVICE}/target/quarkus-run-cyclonedx.json /app/sbom.json

FROM scratch AS prebuilt
ARG SERVICE
COPY ${SERVICE}/target/quarkus-app /app
COPY ${SERVICE}/target/quarkus-run-cyclonedx.json /app/sbom.json

FROM ${APPLICATION} AS application

# Without the native libraries of other systems, and with a jar that the JVM starts from.
FROM ${BASE_IMAGE} AS trimmed
COPY --from=application /app /app
COPY --from=application /app/lib/main/io.tesserae.tesserae-proto-*.jar /app/probe.jar
RUN ["java", "-cp", "/app/probe.jar", "io.tesserae.contract.container.ForeignNatives", "/app"]
RUN ["java", "-cp", "/app/probe.jar", "io.tesserae.contract.container.LaunchJar", "/app"]

# The application as it will stand in the image, in layers of what changes together; libraries first, which change least.
FROM ${BASE_IMAGE} AS laid-out
COPY --from=trimmed /app/lib /app/lib
COPY --from=trimmed /app/quarkus /app/quarkus
# What is in it, as CycloneDX tells it, and the contracts' jar under a fixed name: the health check needs nothing else.
COPY --from=trimmed /app/run.jar /app/probe.jar /app/sbom.json /app/
COPY --from=trimmed /app/app /app/app

# In a container HTTP (health, metrics, the gateway's API) is on 8080 for every service; gRPC keeps its port.
# Native libraries are unpacked to /tmp, the only place that must be writable, and mapped from there: not noexec.
# Logs are JSON, with the ids of request and trace.
# The JVM sizes itself by the container's limits. Half of the memory is the heap's bound; weights and KV cache live outside it.
ENV QUARKUS_HTTP_PORT=8080 \
    QUARKUS_HTTP_HOST=0.0.0.0 \
    QUARKUS_GRPC_SERVER_HOST=0.0.0.0 \
    QUARKUS_LOG_CONSOLE_JSON_ENABLED=true \
    QUARKUS_BANNER_ENABLED=false \
    TESSERAE_MODEL=/model \
    DJL_CACHE_DIR=/tmp/djl \
    ORT_DISABLE_TELEMETRY=1 \
    JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=50"

FROM scratch AS model-folder
ARG MODEL=models/tesserae-135m
COPY ${MODEL} /model

# Starts the service once and keeps the classes that this took, in the form in which the JVM holds them.
FROM laid-out AS rehearsed
RUN --mount=type=bind,from=model-folder,source=/model,target=/model \
    ["java", "-XX:ArchiveClassesAtExit=/app/classes.jsa", "-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Dnetworkaddress.cache.ttl=2", \
     "-Dsun.net.inetaddr.ttl=2", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-cp", "/app/run.jar", \
     "io.tesserae.contract.container.Rehearsal", "io.quarkus.runner.GeneratedMain", "http://localhost:8080/q/health/live", "120"]

FROM ${BASE_IMAGE} AS model
COPY --from=laid-out /app/lib /app/lib
COPY --from=laid-out /app/run.jar /app/run.jar
COPY --from=model-folder /model /packed
USER 10001:10001
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", "/app/run.jar", "io.tesserae.contract.container.BringModel"]
CMD ["/packed", "/model"]

FROM laid-out AS service
ARG SERVICE
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="tesserae-${SERVICE}" \
      org.opencontainers.image.description="Tesserae: an open server for vision-language models" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      io.tesserae.sbom="/app/sbom.json"
COPY --from=rehearsed /app/classes.jsa /app/classes.jsa
EXPOSE 8080 9000 9001 9002 9003
WORKDIR /tmp
USER 10001:10001

HEALTHCHECK --interval=5s --timeout=5s --start-period=120s --retries=6 \
    CMD ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/app/probe.jar", \
         "io.tesserae.contract.probe.ReadyProbe", "http://localhost:8080/q/health/ready"]

# The JVM is process 1: a SIGTERM reaches it, and it drains. A name is looked up again after 2 seconds, so that replicas which were added are found.
ENTRYPOINT ["java", "-XX:SharedArchiveFile=/app/classes.jsa", "-Xshare:auto", "-Xlog:disable", "-Xlog:all=error:stderr", "-XX:+ExitOnOutOfMemoryError", \
            "-Dnetworkaddress.cache.ttl=2", "-Dsun.net.inetaddr.ttl=2", \
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-jar", "/app/run.jar"]
