/**
 * The worker as a whole: joins the stages, starts and stops them, says how it does.
 *
 * <p>Allowed dependencies: every package of the worker, CDI, MicroProfile Health and Config,
 * Micrometer.
 */
@NullMarked
package io.vignette.worker;

import org.jspecify.annotations.NullMarked;
