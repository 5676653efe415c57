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

  /** The group on {@link Topics#jobsSolo()}. */
  public static String solo(Topics topics) {
    return topics.prefix() + "-workers-solo";
  }
}
