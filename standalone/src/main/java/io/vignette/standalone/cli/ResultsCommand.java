package io.vignette.standalone.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.standalone.captioning.Interruption;
import io.vignette.standalone.captioning.ResultsFeed;
import io.vignette.wire.Topics;
import java.io.PrintStream;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private final JsonFormat.Printer printer =
      JsonFormat.printer().omittingInsignificantWhitespace().preservingProtoFieldNames();

  @Override
  public Integer call() throws Exception {
    String address = address();
    String topic = new Topics(prefix).results();
    checkTopic(address, topic);
    if (follow) {
      follow(address, topic);
    } else {
      ResultsFeed.readAll(address, topic, this::print);
    }
    return Program.OK;
  }

  private String address() throws UsageException {
    if (bootstrap != null) {
      return bootstrap;
    }
    return ServeAddress.find()
        .orElseThrow(
            () ->
                new UsageException(
                    "results: no running 'vignette serve' found (start one, or name a broker with"
                        + " --bootstrap HOST:PORT)"));
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

  private void follow(String address, String topic) throws InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    Interruption interruption = new Interruption();
    Signals.handle(
        signal -> {
          stop.countDown();
          return interruption.request(signal);
        });
    try (ResultsFeed feed =
        ResultsFeed.open(
            address,
            topic,
            true,
            this::print,
            failure -> {
              System.err.println("vignette: results: " + failure.getMessage());
              stop.countDown();
            })) {
      stop.await();
    }
  }

  private void print(CaptionResult result) {
    try {
      out.println(printer.print(result));
      out.flush();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a result has an Any field, which it never has", e);
    }
  }
}
