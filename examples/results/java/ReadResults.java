import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints every result, and goes on where it stopped.
 *
 * <p>{@code java -cp CLASSPATH ReadResults.java [BOOTSTRAP_SERVERS [TOPIC [GROUP]]]}
 */
public final class ReadResults {

  public static void main(String[] args) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", args.length > 0 ? args[0] : "localhost:9092",
            "group.id", args.length > 2 ? args[2] : "captions",
            // Only then is there one record for each job: what is not committed may never be.
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest",
            "enable.auto.commit", false);
    try (KafkaConsumer<String, byte[]> results =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      AtomicBoolean stopping = stopAtExit();
      results.subscribe(List.of(args.length > 1 ? args[1] : "vignette.results"));
      while (!stopping.get()) {
        for (ConsumerRecord<String, byte[]> record : results.poll(Duration.ofSeconds(1))) {
          read(record).ifPresent(ReadResults::handle);
        }
        // Only after the work is done: after a crash some results come again, none is missed.
        results.commitSync();
      }
    }
  }

  /** Empty for a record that is no result: somebody else's. It must not stop the others. */
  private static Optional<CaptionResult> read(ConsumerRecord<String, byte[]> record) {
    try {
      return record.value() == null
          ? Optional.empty()
          : Optional.of(CaptionResult.parseFrom(record.value()));
    } catch (InvalidProtocolBufferException e) {
      System.err.printf("no result: partition %d offset %d%n", record.partition(), record.offset());
      return Optional.empty();
    }
  }

  /** What is done with a result. Its job id is unique: take it as the key where it is stored. */
  private static void handle(CaptionResult result) {
    System.out.printf(
        "%s %s %s%n",
        result.getJobId(),
        result.getState(),
        result.getState() == State.SUCCEEDED
            ? result.getAnswers(0).getText()
            : result.getError().getCode());
  }

  /** Ctrl-C and SIGTERM end it with all commits done, and the group hears of it at once. */
  private static AtomicBoolean stopAtExit() {
    AtomicBoolean stopping = new AtomicBoolean();
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopping.set(true);
                  try {
                    main.join();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
    return stopping;
  }
}
