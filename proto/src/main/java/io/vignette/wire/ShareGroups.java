package io.vignette.wire;

/**
 * The names of the share groups that workers lease jobs through, one for each jobs topic.
 *
 * <p>The gateway configures exactly these groups before the first job is written.
 */
public final class ShareGroups {

  private ShareGroups() {}

  /** The group on {@link Topics#jobsInteractive()}. */
  public static String interactive(Topics topics) {
    return topics.prefix() + "-workers-interactive";
  }

  /** The group on {@link Topics#jobsBulk()}. */
  public static String bulk(Topics topics) {
    return topics.prefix() + "-workers-bulk";
  }

  /**
   * The consumer group in place of a share group, for workers that use those: one name can't be a
   * group of both types.
   */
  public static String consumersInPlaceOf(String shareGroup) {
    return shareGroup + "-consumers";
  }

  /** The group on {@link Topics#jobsSolo()}. */
  public static String solo(Topics topics) {
    return topics.prefix() + "-workers-solo";
  }
}
