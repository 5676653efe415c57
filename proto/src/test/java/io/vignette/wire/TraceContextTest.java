package io.vignette.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
  private static final String IDS = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";
  private static final String PARENT = "00-" + IDS + "-01";

  @Test
  void validHeadersAreKeptAsTheyCame() {
    TraceContext trace = TraceContext.of(List.of(PARENT), List.of("a=1,b@c=x y", " d=2 "));

    assertThat(trace).isEqualTo(new TraceContext(PARENT, "a=1,b@c=x y,d=2"));
  }

  @Test
  void newTraceIsValidAndItsOwn() {
    TraceContext fresh = TraceContext.fresh();

    assertThat(TraceContext.of(List.of(fresh.parent()), List.of())).isEqualTo(fresh);
    assertThat(TraceContext.fresh()).isNotEqualTo(fresh);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + IDS,
        "00-" + IDS + "-01-more",
        "00-" + IDS + "-1",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-" + IDS + "-01",
        "01-" + IDS + "-01more"
      })
  void malformedParentBeginsANewTraceWithoutState(String parent) {
    TraceContext trace = TraceContext.of(List.of(parent), List.of("a=1"));

    assertThat(trace.parent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01").doesNotContain(IDS);
    assertThat(trace.state()).isEmpty();
  }

  @Test
  void severalParentsAreNone() {
    assertThat(TraceContext.of(List.of(PARENT, PARENT), List.of()).parent()).isNotEqualTo(PARENT);
  }

  @Test
  void laterVersionIsReadAsFarAsItIsKnown() {
    TraceContext trace = TraceContext.of(List.of("cc-" + IDS + "-09-what-comes"), List.of());

    assertThat(trace.parent()).isEqualTo(PARENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "=1", "A=1", "a=1,a=2", "a=1=2", "a=\u00e9"})
  void malformedStateIsDroppedAlone(String state) {
    assertThat(TraceContext.of(List.of(PARENT), List.of(state)))
        .isEqualTo(new TraceContext(PARENT, ""));
  }

  @Test
  void stateHas32MembersAtMost() {
    List<String> members = IntStream.range(0, 33).mapToObj(i -> "k" + i + "=v").toList();

    assertThat(TraceContext.of(List.of(PARENT), members.subList(0, 32)).state()).contains("k31=v");
    assertThat(TraceContext.of(List.of(PARENT), members).state()).isEmpty();
  }

  @Test
  void recordsTellOfTheirTraceOrOfNone() {
    assertThat(TraceContext.received(Optional.of(PARENT), Optional.of("a=1")))
        .isEqualTo(new TraceContext(PARENT, "a=1"));
    assertThat(TraceContext.received(Optional.of(PARENT), Optional.of("a=\n")))
        .isEqualTo(new TraceContext(PARENT, ""));
    assertThat(TraceContext.received(Optional.of("00-é"), Optional.of("a=1")))
        .isEqualTo(TraceContext.NONE);
    assertThat(TraceContext.received(Optional.empty(), Optional.of("a=1")))
        .isEqualTo(TraceContext.NONE);
  }

  @Test
  void headersSayWhatIsKnown() {
    assertThat(TraceContext.NONE.headers()).isEmpty();
    assertThat(new TraceContext(PARENT, "").headers()).isEqualTo(Map.of("traceparent", PARENT));
    assertThat(new TraceContext(PARENT, "a=1").headers())
        .isEqualTo(Map.of("traceparent", PARENT, "tracestate", "a=1"));
  }
}
