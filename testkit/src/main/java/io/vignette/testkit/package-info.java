/**
 * What tests need and the product doesn't: a running broker, pictures good and bad, the results
 * topic as a list, Python environments, the architecture's rules.
 *
 * <p>Allowed dependencies: proto, broker, test libraries. Used in test scope only.
 */
@NullMarked
package io.vignette.testkit;

import org.jspecify.annotations.NullMarked;
