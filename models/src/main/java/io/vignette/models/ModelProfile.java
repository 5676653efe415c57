package io.vignette.models;

import java.util.List;

/**
 * What {@code profile.yaml} says of a model: everything a worker must know that Triton's
 * configuration has no place for.
 *
 * @param schema version of the file's format; {@value #SCHEMA}
 * @param notice a sentence for the person who runs the model; may be empty
 */
public record ModelProfile(
    int schema,
    String name,
    String description,
    String license,
    String notice,
    Image image,
    Text text,
    Templates templates,
    Generation generation,
    Batch batch,
    Confidence confidence) {

  /** The only format of {@code profile.yaml} there is. */
  public static final int SCHEMA = 1;

  /** The picture as the vision encoder takes it, in pixels. */
  public record Image(int width, int height, Resample resample) {}

  /** How a picture is brought to the model's size. */
  public enum Resample {
    /** Pillow's bicubic filter, with antialiasing. */
    BICUBIC
  }

  /**
   * The language model's input.
   *
   * @param tokenizer file name beside {@code profile.yaml}
   * @param maxPromptTokens most tokens a prompt may have, special tokens included
   * @param eosTokenIds tokens that end an answer; at least one
   * @param lengthBuckets prompt lengths that batches are padded to, ascending; the last is at least
   *     {@code maxPromptTokens}
   */
  public record Text(
      String tokenizer,
      int maxPromptTokens,
      int padTokenId,
      List<Integer> eosTokenIds,
      List<Integer> lengthBuckets) {
    public Text {
      eosTokenIds = List.copyOf(eosTokenIds);
      lengthBuckets = List.copyOf(lengthBuckets);
    }

    /**
     * The smallest bucket that holds a prompt.
     *
     * @param promptTokens 0 to {@code maxPromptTokens}
     */
    public int bucketFor(int promptTokens) {
      return lengthBuckets.stream()
          .mapToInt(Integer::intValue)
          .filter(bucket -> bucket >= promptTokens)
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "prompt tokens: %d (expected: at most %d)"
                          .formatted(promptTokens, lengthBuckets.getLast())));
    }
  }

  /**
   * Texts that prompts are set into. {@code {}} stands for the client's words.
   *
   * @param caption the whole prompt of a plain caption; may be empty
   * @param prefix prompt whose continuation is the answer
   * @param question prompt around a question
   */
  public record Templates(String caption, String prefix, String question) {}

  /** Generation parameters that the model supports. */
  public record Generation(TokenRange maxNewTokens) {}

  /**
   * A supported range of tokens, both ends included, and the value taken when a client asks for
   * none.
   */
  public record TokenRange(int min, int max, int standard) {}

  /**
   * Batching.
   *
   * @param preferred images a batch that serve most images a second
   */
  public record Batch(int preferred) {}

  /**
   * What the model's confidence is worth.
   *
   * @param lowBelow 0 to 1: of answers with less confidence, one does not know whether the model
   *     knew what it saw. 0: nobody has measured it, and no answer is marked
   */
  public record Confidence(double lowBelow) {
    static final Confidence UNKNOWN = new Confidence(0);

    /**
     * Whether an answer is to be marked as uncertain.
     *
     * @param confidence 0 to 1
     */
    public boolean isLow(double confidence) {
      return confidence < lowBelow;
    }
  }
}
