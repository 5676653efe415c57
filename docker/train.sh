#!/bin/bash
# Starts the service once, without Kafka, until it listens on port $1, and keeps what the JVM loaded (JEP 483, 514).
# The heap is bounded: one of 32 GB and more lays out objects otherwise, and what was kept could not be used by another.
set -eu
VIGNETTE_MODELS_FOLDER=/models KAFKA_BOOTSTRAP_SERVERS=localhost:1 \
  java @java.options -Xmx512m -XX:AOTCacheOutput=vignette.aot -jar quarkus-run.jar >training.log 2>&1 &
service=$!
fail() { cat training.log && exit 1; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for _ in $(seq 600); do
  if listens "$1"; then break; fi
  kill -0 $service 2>/dev/null || fail
  sleep 0.2
done
kill -TERM $service
wait $service || true
[ -s vignette.aot ] || fail
# Refused here is refused at every start, which then takes twice as long and says so.
java @java.options -Xmx256m -XX:AOTCache=vignette.aot -XX:AOTMode=on -cp quarkus-run.jar -version
