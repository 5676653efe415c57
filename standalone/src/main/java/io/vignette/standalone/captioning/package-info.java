/**
 * One run over a list of pictures: submit, collect results, report.
 *
 * <p>Allowed dependencies: input, output, gateway.submission, images.source, {@code
 * io.vignette.records}, Kafka clients.
 */
@NullMarked
package io.vignette.standalone.captioning;

import org.jspecify.annotations.NullMarked;
