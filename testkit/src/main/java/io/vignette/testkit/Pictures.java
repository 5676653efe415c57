package io.vignette.testkit;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Valid pictures drawn from a seed: flat shapes on a slightly noisy background, so that JPEG files
 * have the weight of small photographs.
 *
 * <p>The same seed gives the same files. Not thread-safe.
 */
public final class Pictures {

  private static final Color[] COLORS = {
    new Color(220, 40, 40), new Color(40, 170, 70), new Color(50, 80, 220),
    new Color(240, 210, 50), new Color(150, 60, 180), new Color(245, 140, 40)
  };
  private static final float JPEG_QUALITY = 0.9f;

  private final Random random;

  public Pictures(long seed) {
    this.random = new Random(seed);
  }

  /** Draws one scene. */
  public BufferedImage draw(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int base = new int[] {235, 30, 128}[random.nextInt(3)];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int level = Math.clamp(base + random.nextInt(9) - 4L, 0, 255);
        image.setRGB(x, y, level << 16 | level << 8 | level);
      }
    }
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    int shapes = 1 + random.nextInt(3);
    for (int i = 0; i < shapes; i++) {
      graphics.setColor(COLORS[random.nextInt(COLORS.length)]);
      int size = Math.max(2, Math.min(width, height) / (3 + random.nextInt(3)));
      int x = width * (2 * i + 1) / (2 * shapes) - size / 2;
      int y = Math.max(0, (height - size) / 2);
      if (random.nextBoolean()) {
        graphics.fillOval(x, y, size, size);
      } else {
        graphics.fillRect(x, y, size, size);
      }
    }
    graphics.dispose();
    return image;
  }

  /**
   * Writes {@code count} pictures in turn as JPEG, PNG, BMP and GIF.
   *
   * @return the files, in the order of their names
   */
  public List<Path> writeMixed(Path folder, int count, int width, int height) throws IOException {
    String[] types = {"jpg", "png", "bmp", "gif"};
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String type = types[i % types.length];
      Path file = folder.resolve(String.format("picture-%05d.%s", i, type));
      write(draw(width, height), type, file);
      files.add(file);
    }
    return files;
  }

  /** Writes {@code count} JPEG files. */
  public List<Path> writeJpegs(Path folder, int count, int width, int height) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve(String.format("picture-%05d.jpg", i));
      write(draw(width, height), "jpg", file);
      files.add(file);
    }
    return files;
  }

  private static void write(BufferedImage image, String type, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriter writer = ImageIO.getImageWritersByFormatName(type).next();
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (type.equals("jpg")) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(JPEG_QUALITY);
      }
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
      writer.dispose();
    }
  }
}
