package io.vignette.standalone.output;

/** Records in their order in the output, given out one after the other. */
@FunctionalInterface
public interface RecordSource {

  void forEach(RecordSink sink) throws OutputException;
}
