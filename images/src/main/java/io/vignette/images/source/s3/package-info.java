/**
 * Pictures in S3 and what speaks its interface: uploads of our own, and objects of others that
 * events name.
 *
 * <p>Allowed dependencies: {@code io.vignette.images}, {@code io.vignette.images.source}, {@code
 * io.vignette.wire}, the AWS SDK, SmallRye Config's annotations. The libraries are optional: an
 * application that wants this package brings them.
 */
@NullMarked
package io.vignette.images.source.s3;

import org.jspecify.annotations.NullMarked;
