package io.vignette.standalone.input;

import java.nio.file.Path;

/**
 * A picture on disk and the name it has in the output.
 *
 * @param id unique within a run
 * @param file as the user named it, absolute
 */
public record NamedImage(String id, Path file) {}
