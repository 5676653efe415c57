package io.vignette.worker.lease.group;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a commit says beside its offset, in its metadata: how far records were handed out, and which
 * of them had not ended. Whoever gets the partition next skips the ones that had.
 *
 * <pre>
 *   text = "1" ("o" | "x") base64url(varint: committed, varint: delivered - committed, then for
 *          each open offset: varint: its distance from the one before, the first from committed)
 * </pre>
 *
 * <p>It holds for the offset that it was written with, and for no other: tools that copy groups to
 * another cluster translate offsets and leave the metadata as it is.
 *
 * @param delivered offset behind the highest one that was handed out
 * @param open offsets below it that had not ended, ascending
 * @param inOrder whether the worker left in order: then the open ones say nothing against the jobs
 */
record OffsetNote(long delivered, List<Long> open, boolean inOrder) {
  /** Kafka's own limit, {@code offset.metadata.max.bytes}, is 4096. */
  static final int CHARACTERS_MAX = 3_000;

  private static final String VERSION = "1";
  private static final String IN_ORDER = "o";
  private static final String IN_WORK = "x";
  private static final int VARINT_BYTES_MAX = 9;
  private static final int BYTES_MAX = (CHARACTERS_MAX - 2) / 4 * 3 - VARINT_BYTES_MAX;

  OffsetNote {
    open = List.copyOf(open);
  }

  /** Of a partition about which nothing is known but its offset. */
  static OffsetNote none(long committed) {
    return new OffsetNote(committed, List.of(), true);
  }

  /**
   * The text for a commit of this offset. Where there are more open offsets than it can hold, it
   * claims to know less far.
   */
  String text(long committed) {
    ByteArrayOutputStream offsets = new ByteArrayOutputStream();
    long known = delivered;
    long before = committed;
    for (long offset : open) {
      if (offsets.size() + 2 * VARINT_BYTES_MAX > BYTES_MAX) {
        known = offset;
        break;
      }
      write(offsets, offset - before);
      before = offset;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    write(all, committed);
    write(all, known - committed);
    all.writeBytes(offsets.toByteArray());
    String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(all.toByteArray());
    return VERSION + (inOrder ? IN_ORDER : IN_WORK) + encoded;
  }

  /** The note in a commit's metadata; none where it is not one of ours. */
  static OffsetNote parse(String text, long committed) {
    boolean isKnown =
        text.length() <= CHARACTERS_MAX
            && (text.startsWith(VERSION + IN_ORDER) || text.startsWith(VERSION + IN_WORK));
    return isKnown
        ? decoded(text.substring(2), committed)
            .map(
                found ->
                    new OffsetNote(
                        found.delivered, found.open, text.startsWith(VERSION + IN_ORDER)))
            .orElse(none(committed))
        : none(committed);
  }

  private static Optional<OffsetNote> decoded(String encoded, long committed) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    List<Long> numbers = numbers(bytes);
    if (numbers.size() < 2 || numbers.getFirst() != committed) {
      return Optional.empty();
    }
    long distance = numbers.get(1);
    if (distance > Long.MAX_VALUE - committed) {
      return Optional.empty();
    }
    return open(numbers.subList(2, numbers.size()), distance)
        .map(
            open ->
                new OffsetNote(
                    committed + distance,
                    open.stream().map(each -> committed + each).toList(),
                    true));
  }

  /** Distances from the committed offset, ascending and below the limit; else empty. */
  private static Optional<List<Long>> open(List<Long> steps, long limit) {
    List<Long> open = new ArrayList<>();
    long from = 0;
    for (long step : steps) {
      boolean isAscending = open.isEmpty() || step > 0;
      if (!isAscending || step >= limit - from) {
        return Optional.empty();
      }
      from += step;
      open.add(from);
    }
    return Optional.of(open);
  }

  /** Empty where the bytes are cut or a number is too large. */
  private static List<Long> numbers(byte[] bytes) {
    List<Long> numbers = new ArrayList<>();
    long number = 0;
    int shift = 0;
    for (byte each : bytes) {
      if (shift > 7 * (VARINT_BYTES_MAX - 1)) {
        return List.of();
      }
      number |= (long) (each & 0x7F) << shift;
      shift += 7;
      if (each >= 0) {
        numbers.add(number);
        number = 0;
        shift = 0;
      }
    }
    return shift == 0 ? numbers : List.of();
  }

  private static void write(ByteArrayOutputStream out, long number) {
    long left = number;
    while (left >= 0x80) {
      out.write((int) (left & 0x7F | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }
}
