package io.vignette.ledger.topology;

import io.vignette.ledger.state.Events;
import io.vignette.proto.v1.JobEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Events of many jobs as an at-least-once world delivers them: doubled, out of order, with
 * conflicting ends, claimed by other requests. Every job ends.
 */
final class JobLives {

  private final Random random;

  JobLives(long seed) {
    this.random = new Random(seed);
  }

  /** The events of the jobs numbered {@code from} to {@code to}, interleaved. */
  List<JobEvent> events(int from, int to) {
    List<List<JobEvent>> lives =
        new ArrayList<>(
            IntStream.range(from, to).mapToObj(n -> life(Events.named("job-" + n))).toList());
    List<JobEvent> interleaved = new ArrayList<>();
    for (int step = 0; !lives.isEmpty(); step++) {
      for (List<JobEvent> life : lives) {
        interleaved.add(life.get(step));
      }
      int done = step + 1;
      lives.removeIf(life -> life.size() <= done);
    }
    return interleaved;
  }

  private List<JobEvent> life(Events job) {
    List<JobEvent> life = new ArrayList<>(List.of(job.submitted(), job.started(1)));
    int attempt = 1;
    if (oneIn(3)) {
      life.addAll(List.of(job.retried(1), job.started(2)));
      attempt = 2;
    }
    life.add(end(job, attempt));
    if (oneIn(3)) {
      Collections.swap(life, 0, random.nextInt(life.size()));
    }
    if (oneIn(2)) {
      life.add(random.nextInt(life.size()), life.get(random.nextInt(life.size())));
    }
    if (oneIn(3)) {
      life.add(1 + random.nextInt(life.size()), end(job, attempt));
    }
    if (oneIn(10)) {
      life.add(1 + random.nextInt(life.size()), end(job.claimedBy("another"), 1));
    }
    return life;
  }

  private JobEvent end(Events job, int attempt) {
    return switch (random.nextInt(5)) {
      case 0 -> job.failed(attempt);
      case 1 -> job.cancelled();
      case 2 -> job.expired();
      default -> job.succeeded(attempt, "caption " + random.nextInt(1000));
    };
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }
}
