package io.vignette.images.codec;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vignette.images.ImageRejectedException;

/**
 * The first frame of a GIF file.
 *
 * @param size of the frame, which may be smaller than the canvas
 * @param emptyIndex palette entry of the canvas outside of the frame
 * @param packed the frame's pixels: the size of the first codes and the chain of data blocks
 * @param essentials a GIF file with this frame only
 */
record GifFirstFrame(
    Size canvas,
    Size size,
    int left,
    int top,
    Palette palette,
    int emptyIndex,
    Bytes packed,
    Bytes essentials) {
  private static final int SCREEN_END = 13;
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2C;
  private static final int TRAILER = 0x3B;
  private static final int GRAPHIC_CONTROL = 0xF9;

  static GifFirstFrame of(Bytes file) throws ImageRejectedException {
    int screenFlags = file.u8(10);
    Bytes globalTable = file.slice(SCREEN_END, tableSize(screenFlags));
    long at = (long) SCREEN_END + globalTable.size();
    int emptyIndex = 0;
    while (file.u8(at) == EXTENSION) {
      if (file.u8(at + 1) == GRAPHIC_CONTROL && (file.u8(at + 3) & 1) != 0) {
        emptyIndex = file.u8(at + 6);
      }
      at = afterBlocks(file, at + 2);
    }
    if (file.u8(at) != IMAGE) {
      throw ImageRejectedException.corrupt(
          "GIF block: %d at byte %d (expected: an image)".formatted(file.u8(at), at));
    }
    return frame(file, globalTable, at, emptyIndex);
  }

  private static GifFirstFrame frame(Bytes file, Bytes globalTable, long at, int emptyIndex)
      throws ImageRejectedException {
    Gif.Descriptor image = Gif.Descriptor.of(file.sliceFrom(at + 1));
    if (image.width() == 0 || image.height() == 0) {
      throw ImageRejectedException.corrupt(
          "GIF frame: %dx%d (expected: at least 1x1)".formatted(image.width(), image.height()));
    }
    long tableAt = at + 1 + Gif.Descriptor.SIZE;
    Bytes localTable = file.slice(tableAt, tableSize(image.flags()));
    long packedAt = tableAt + localTable.size();
    long end = afterBlocks(file, packedAt + 1);
    Bytes essentials =
        new FileParts(file.size())
            .add(file.slice(0, SCREEN_END + globalTable.size()))
            .add(file.slice(at, end - at))
            .add(TRAILER)
            .done();
    Size canvas =
        new Size(
            Math.max(file.u16(6, LITTLE_ENDIAN), image.left() + image.width()),
            Math.max(file.u16(8, LITTLE_ENDIAN), image.top() + image.height()));
    Bytes table = localTable.size() > 0 ? localTable : globalTable;
    Palette palette = table.size() > 0 ? Palette.of(table) : Palette.greys();
    return new GifFirstFrame(
        canvas,
        new Size(image.width(), image.height()),
        image.left(),
        image.top(),
        palette,
        emptyIndex,
        file.slice(packedAt, end - packedAt),
        essentials);
  }

  private static int tableSize(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 * (2 << (flags & 7));
  }

  /** Where the chain of data blocks that starts here ends: a truncated file has no end. */
  private static long afterBlocks(Bytes file, long start) throws ImageRejectedException {
    long at = start;
    while (file.u8(at) != 0) {
      at += 1 + file.u8(at);
    }
    return at + 1;
  }
}
