package io.vignette.standalone.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.standalone.captioning.Interruption;
import io.vignette.standalone.captioning.ResultsFeed;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vignette results}: the output topic as JSON lines, read committed. */
@Command(
    name = "results",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints the output topic as JSON lines: every job's one result.")
final class ResultsCommand implements Callable<Integer> {

  private static final long CONNECT_SECONDS = 5;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with new results until Ctrl-C.")
  private boolean follow;

  @Option(names = "--new", description = "Only results that come from now on; implies --follow.")
  private boolean onlyNew;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "Stop after N results (default: no limit).")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The system that serves this folder (default: the last vignette serve).")
  private @Nullable Path dataFolder;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "The Kafka broker (default: the one of the running vignette serve).")
  private @Nullable String bootstrap;

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      description = "The topics' prefix (default: ${DEFAULT-VALUE}).")
  private String prefix = Topics.DEFAULT_PREFIX;

  private final PrintStream out = System.out;
  private final CountDownLatch done = new CountDownLatch(1);
  private long printed;
  private final JsonFormat.Printer printer =
      JsonFormat.printer().omittingInsignificantWhitespace().preservingProtoFieldNames();

  @Override
  public Integer call() throws Exception {
    if (limit < 1) {
      throw new UsageException(
          Reason.REQUEST_INVALID, "--limit: " + limit + " (expected: at least 1)");
    }
    String address = address();
    String topic = new Topics(prefix).results();
    checkTopic(address, topic);
    if (follow || onlyNew) {
      return follow(address, topic);
    }
    ResultsFeed.readAll(address, topic, this::print, () -> printed == limit);
    return Program.OK;
  }

  private String address() throws UsageException {
    if (bootstrap != null) {
      return bootstrap;
    }
    return ServeAddress.find(Optional.ofNullable(dataFolder))
        .orElseThrow(
            () ->
                new UsageException(
                    "results: no running 'vignette serve' found"
                        + (dataFolder == null ? "" : " on " + dataFolder)
                        + " (start one, or name a broker with --bootstrap HOST:PORT)"));
  }

  private static void checkTopic(String address, String topic)
      throws UsageException, InterruptedException {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", address, "request.timeout.ms", "4000"))) {
      Set<String> names = admin.listTopics().names().get(CONNECT_SECONDS, TimeUnit.SECONDS);
      if (!names.contains(topic)) {
        throw new UsageException(
            "results: topic " + topic + " is not on " + address + " (expected: a Vignette system)");
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new UsageException("results: no Kafka broker answers at " + address);
    } catch (org.apache.kafka.common.KafkaException e) {
      throw new UsageException(
          "results: --bootstrap " + address + " (expected: HOST:PORT of a Kafka broker)");
    }
  }

  private int follow(String address, String topic) throws InterruptedException {
    AtomicInteger exitCode = new AtomicInteger(Program.OK);
    Interruption interruption = new Interruption();
    Signals.handle(
        signal -> {
          done.countDown();
          return interruption.request(signal);
        });
    try (ResultsFeed feed =
        ResultsFeed.open(
            address,
            topic,
            !onlyNew,
            this::print,
            failure -> {
              System.err.println("vignette: results: " + failure.getMessage());
              exitCode.set(Program.FAULT);
              done.countDown();
            })) {
      done.await();
    }
    return exitCode.get();
  }

  private void print(CaptionResult result) {
    if (printed == limit) {
      return;
    }
    try {
      out.println(printer.print(result));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a result has an Any field, which it never has", e);
    }
    printed++;
    // Nobody reads any more where the output is a pipe that was closed, as "| head" does.
    if (out.checkError() || printed == limit) {
      printed = limit;
      done.countDown();
    }
  }
}
