package io.vignette.standalone.output;

/** Takes records one after the other. */
@FunctionalInterface
public interface RecordSink {

  void accept(CaptionRecord record) throws OutputException;
}
