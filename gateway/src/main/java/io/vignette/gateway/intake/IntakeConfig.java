package io.vignette.gateway.intake;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.config.PositiveDuration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Which image events become which jobs. */
@ConfigMapping(prefix = "vignette.intake")
public interface IntakeConfig {

  /**
   * The Kafka topic of image events; naming it switches the intake on. Made where it does not
   * exist; unusable events go to the topic of this name and {@code .dead}. Default: none, the
   * intake is off. Reloadable: no.
   */
  Optional<String> topic();

  /**
   * Most events at work in this gateway at once. Too low: each waits for Kafka's confirmation of
   * those before it. Too high: more events are repeated after a crash. Range: 1 to 1000.
   * Reloadable: no.
   */
  @WithDefault("64")
  int inFlightMax();

  /**
   * What becomes of an event that no rule matches: {@code ignore} (counted) or {@code dead} (set
   * aside as {@code event.no_rule}). Reloadable: no.
   */
  @WithDefault("ignore")
  Unmatched unmatched();

  /**
   * Tried in order; the first that matches says what is asked. Default: one that matches all.
   * Reloadable: no.
   */
  List<RuleConfig> rules();

  /** What becomes of an event that no rule matches. */
  enum Unmatched {
    IGNORE,
    DEAD
  }

  /** The order in which workers take jobs. */
  enum Urgency {
    INTERACTIVE,
    BULK
  }

  /** What a prompt is. */
  enum PromptKind {
    CAPTION,
    PREFIX,
    QUESTION
  }

  /** One rule: which events, and what is asked about their pictures. */
  interface RuleConfig {

    /** All that is named must match; nothing named matches every event. */
    MatchConfig match();

    /** Model, unless the event names one. Default: the repository's default. Reloadable: no. */
    Optional<String> model();

    /** Prompts, unless the event has some. Default: one plain caption. Reloadable: no. */
    List<PromptConfig> prompts();

    /**
     * Longest answer in tokens, unless the event says. Default: the model's. Range: from 1.
     * Reloadable: no.
     */
    OptionalInt maxNewTokens();

    /** Interactive jobs go before bulk jobs, unless the event says. Reloadable: no. */
    @WithDefault("bulk")
    Urgency priority();

    /**
     * After which a caption is worthless, unless the event says. Default: the longest allowed.
     * Range: from 1 ms. Reloadable: no.
     */
    @WithConverter(PositiveDuration.class)
    Optional<Duration> deadline();

    /** Whose jobs they are; part of their identity. Reloadable: no. */
    @WithDefault("default")
    String tenant();

    /** Echoed with the result; pairs of the event win. Default: none. Reloadable: no. */
    Map<String, String> metadata();
  }

  /** Conditions; texts match whole, or by their beginning where they end in {@code *}. */
  interface MatchConfig {

    /**
     * CloudEvents type, or {@code s3:ObjectCreated:…} of an S3 notification. Default: any.
     * Reloadable: no.
     */
    Optional<String> type();

    /**
     * CloudEvents source, or {@code aws:s3}, {@code minio:s3} of an S3 notification. Default: any.
     * Reloadable: no.
     */
    Optional<String> source();

    /** Bucket of an S3 notification. Default: any. Reloadable: no. */
    Optional<String> bucket();

    /** Beginning of the S3 key, or of the CloudEvents subject. Default: any. Reloadable: no. */
    Optional<String> prefix();

    /** End of the S3 key, or of the CloudEvents subject. Default: any. Reloadable: no. */
    Optional<String> suffix();

    /**
     * Media type of the data, or of the object where its store tells it. Default: any. Reloadable:
     * no.
     */
    Optional<String> mediaType();
  }

  /** One prompt of several. */
  interface PromptConfig {

    /**
     * What the text is: the beginning of the caption ({@code prefix}), a question, or nothing
     * ({@code caption}). Reloadable: no.
     */
    @WithDefault("question")
    PromptKind kind();

    /** Needed but for kind {@code caption}. Default: none. Reloadable: no. */
    Optional<String> text();
  }
}
