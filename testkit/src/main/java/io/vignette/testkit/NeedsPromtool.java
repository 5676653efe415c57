package io.vignette.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests need {@code promtool}, which comes with Prometheus: skipped, with the reason, where it
 * can't be run; where {@code VIGNETTE_SKIP_NOTHING} is set they fail instead.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsPromtoolCondition.class)
public @interface NeedsPromtool {}
